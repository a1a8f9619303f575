import { describe, expect, test } from 'vitest';
import { PagingError } from '../../functions/audit/pages.ts';
import type { Graph } from '../../functions/graph/client.ts';
import { GraphFailure } from '../../functions/graph/failure.ts';
import { LedgerConflict } from '../../functions/ledger/ledger.ts';
import type { World } from './world.ts';
import { worlds } from './worlds.ts';

const openWorld = worlds();
let world: World;

describe('rows that arrive late', () => {
  test('by 50 minutes, after newer ones were read, are told once, by a mail that says so', async () => {
    world = await openWorld();
    world.append('AlexW', {}, 50);
    await world.pass(20);
    world.append('AdeleV');
    await world.pass(28);
    expect(world.mails).toHaveLength(1);
    await world.pass(6);
    expect(world.mails.map(({ recipients }) => recipients.to[0])).toEqual([
      'AdeleV@contoso.example',
      'AlexW@contoso.example',
    ]);
    expect(world.mails.at(-1)?.raw).toMatch(/5\d[\s=]+Minuten/);
    await world.pass(70);
    expect(world.mails).toHaveLength(2);
  });

  test('by six hours, beyond any overlap, are told once, by the daily reading', async () => {
    world = await openWorld();
    await world.sweep();
    world.append('AlexW', {}, 6 * 60);
    world.append('AdeleV', { reason: 'User registered Passkey' });
    world.append('AdeleV', { reason: 'User registered Fido2 Authentication Method' }, 6 * 60);
    await world.pass(2);
    world.advance(5 * 3600);
    world.append('DiegoS');
    await world.pass(2);
    world.advance(2 * 3600);
    await world.pass(2);
    expect(world.mails).toHaveLength(2);
    world.advance(10 * 3600);
    await world.sweep();
    await world.pass(2);
    // Alex is told; the late row of Adele's change, which was told, is merged silently.
    expect(world.mails.map(({ recipients }) => recipients.to[0])).toEqual([
      'AdeleV@contoso.example',
      'DiegoS@contoso.example',
      'AlexW@contoso.example',
    ]);
  });
});

test('two phones four seconds apart, the first listed 87 s later, are told each once, by its own id', async () => {
  world = await openWorld();
  const number = (from: string | null, to: string) => ({
    service: 'Core Directory',
    activity: 'Update user',
    reason: '',
    properties: [
      [
        'StrongAuthenticationUserDetails',
        JSON.stringify([{ PhoneNumber: from }]),
        JSON.stringify([{ PhoneNumber: to }]),
      ] as const,
    ],
  });
  // So long that the next poll asks for "Update user", too.
  world.advance(300);
  world.append('AdeleV', { ...number(null, '+1 2005550100'), id: 'Directory_1' });
  world.append('AdeleV', { id: 'first' }, 87 / 60);
  world.advance(4);
  world.append('AdeleV', { id: 'second' });
  world.advance(1);
  const second = number('+1 2005550100', '+1 2005550101');
  world.append('AdeleV', { ...second, id: 'Directory_2' }, 10);
  await world.pass(20);
  const told = (await world.notifications()).flatMap(({ state, changes }) =>
    changes.map(({ auditId, time, evidence }) => ({
      state,
      auditId,
      second: new Date(time).getSeconds(),
      rows: evidence?.map((row) => row.auditId).toSorted(),
    })),
  );
  expect(told.toSorted((one, other) => one.second - other.second)).toEqual([
    { state: 'sent', auditId: 'first', second: 0, rows: ['Directory_1', 'first'] },
    { state: 'sent', auditId: 'second', second: 4, rows: ['Directory_2', 'second'] },
  ]);
  expect(world.mails).toHaveLength(2);
});

describe('the same change', () => {
  test('read by two pollers at once is recorded and told once', async () => {
    world = await openWorld();
    world.happen('userRegistersPasskey');
    world.happen('adminIssuesTemporaryAccessPass');
    world.advance(10);
    const results = await Promise.allSettled([world.poll(), world.poll(), world.poll()]);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(LedgerConflict);
    }
    await world.pass(2);
    expect(world.mails).toHaveLength(2);
  });

  test('that is urgent waits for its fuller row only as long as that takes', async () => {
    world = await openWorld();
    const by = { id: 'x', userPrincipalName: 'it@contoso.example', ipAddress: null };
    const companion = { activity: 'Create Temporary Access Pass method for user', reason: null };
    world.append('AdeleV', { ...companion, by });
    await world.poll();
    world.advance(10);
    await world.deliverDue();
    expect(world.mails).toEqual([]);
    world.append('AdeleV', {
      activity: 'Admin registered security info',
      reason: 'Admin registered temporary access pass method for user',
      by: { ...by, ipAddress: '203.0.113.77' },
      properties: [['TemporaryAccessPass.AccessPassUsage', '""', '"Once"']],
    });
    await world.poll();
    await world.deliverDue();
    expect(world.mails).toHaveLength(1);
    expect(world.mails[0]?.raw).toContain('203.0.113.77');
    await world.pass(3);
    expect(world.mails).toHaveLength(1);
  });

  test('whose rows straddle midnight UTC is told once', async () => {
    world = await openWorld();
    world.advance((Date.parse('2026-11-24T23:59:57.000Z') - world.now().getTime()) / 1000);
    world.happen('userRegistersPasskey');
    await world.pass(3);
    const days = new Set(
      world.simulator.audit.all().map((row) => row.activityDateTime.slice(0, 10)),
    );
    expect(days.size).toBe(2);
    expect(world.mails).toHaveLength(1);
  });

  test('found row by row, with a mail going out between, is told once', async () => {
    world = await openWorld({ SETTLE_SECONDS: '0' });
    const graph = world.graph;
    let visible = 1;
    world.graph = {
      ...graph,
      get: async (path) => firstRows(await graph.get(path), path, visible),
    };
    world.happen('userRegistersPasskey');
    world.advance(30);
    for (; visible < 15; visible += 1) {
      await world.poll();
      await world.deliverDue();
      world.advance(20);
    }
    expect(world.mails).toHaveLength(1);
  });
});

const firstRows = (answer: unknown, path: string, count: number) =>
  path.startsWith('/auditLogs')
    ? { value: (answer as { value: unknown[] }).value.slice(0, count) }
    : answer;

describe('a malformed record', () => {
  test('is kept aside once, with field and reason; the others go on', async () => {
    world = await openWorld();
    world.happen('unparsable');
    world.happen('adminIssuesTemporaryAccessPass');
    await world.pass(5);
    expect(world.mails).toHaveLength(1);
    const aside = world.events.filter(({ event }) => event === 'records.unparsable');
    expect(aside).toHaveLength(1);
    expect(aside[0]?.['reason']).toMatch(/^result: /);
  });
});

describe('a first run', () => {
  test('tells nothing of what was there before it', async () => {
    world = await openWorld();
    world.append('AdeleV', { time: '2026-11-24T08:00:00.1234567Z' }, 1);
    world.append('AlexW', { time: '2026-11-24T09:00:01.1234567Z' }, 1);
    await world.pass(3);
    expect(world.mails.map(({ recipients }) => recipients.to[0])).toEqual([
      'AlexW@contoso.example',
    ]);
  });

  test('looks back as far as INITIAL_LOOKBACK_MINUTES says, in few requests', async () => {
    world = await openWorld({ INITIAL_LOOKBACK_MINUTES: '43200' });
    // For what is watched, and once more for "Update user".
    expect(world.simulator.counts.audit).toBeLessThan(25);
  });
});

describe('after an outage', () => {
  test('of three days everything is told, oldest first', async () => {
    world = await openWorld();
    for (const user of ['AdeleV', 'AlexW', 'DiegoS']) {
      world.happen('userRegistersPhone', { user: `${user}@contoso.example` });
      world.advance(86_400);
    }
    const { polls } = await world.ledger.readState();
    expect(polls.watched?.value.polledAt).toBe('2026-11-24T09:00:00.000Z');
    await world.pass(4);
    expect(world.mails.map(({ recipients }) => recipients.to[0])).toEqual([
      'AdeleV@contoso.example',
      'AlexW@contoso.example',
      'DiegoS@contoso.example',
    ]);
  });

  test('what is older than MAX_NOTIFY_AGE_HOURS is recorded, counted and not told', async () => {
    world = await openWorld({ MAX_NOTIFY_AGE_HOURS: '24' });
    world.happen('userRegistersPhone');
    world.advance(26 * 3600);
    await world.pass(3);
    expect(world.mails).toEqual([]);
    const [row] = await world.notifications();
    expect(row?.outcome).toEqual({ reason: 'tooOld' });
    expect(world.events).toContainEqual(
      expect.objectContaining({ event: 'changes.suppressed', count: 1 }),
    );
  });
});

describe('an audit log that fails', () => {
  test.each(['429', '500', '503', '504', 'html', 'cut'] as const)(
    'with %s is read by the next poll',
    async (kind) => {
      world = await openWorld();
      world.happen('adminIssuesTemporaryAccessPass');
      world.advance(10);
      world.simulator.faults.set('audit', { kind, times: 4, retryAfter: 3 });
      await expect(world.poll()).rejects.toBeInstanceOf(GraphFailure);
      await world.pass(3);
      expect(world.mails).toHaveLength(1);
    },
  );

  test('with pages that are too long is read by smaller ones, and all is told once', async () => {
    world = await openWorld();
    for (const user of ['AdeleV', 'AlexW', 'DiegoS']) {
      world.happen('userRegistersPhone', { user: `${user}@contoso.example` });
      world.advance(10);
    }
    const { graph } = world;
    const tops = new Set<number>();
    world.graph = {
      ...graph,
      get: (path, options) => {
        const top = Number(/top=(\d+)/.exec(path)?.[1] ?? 0);
        tops.add(top);
        if (top > 5) throw new GraphFailure('unknownOutcome', { status: 200, code: 'TooLong' });
        return graph.get(path, options);
      },
    };
    await world.pass(4);
    expect([...tops].toSorted((one, other) => other - one)).toEqual([500, 50, 5]);
    expect(world.mails).toHaveLength(3);
  });

  test('with a nextLink that loops does not keep the poll for ever', async () => {
    world = await openWorld();
    world.happen('adminIssuesTemporaryAccessPass');
    world.advance(10);
    world.simulator.faults.set('audit', { kind: 'loop' });
    await expect(world.poll()).rejects.toBeInstanceOf(PagingError);
    world.simulator.faults.clear();
    await world.pass(2);
    expect(world.mails).toHaveLength(1);
  });

  test.each([
    'https://graph.microsoft.com/v1.0/auditLogs/directoryAudits?$skiptoken=x',
    'http://127.0.0.1:9/v1.0/auditLogs/directoryAudits?$skiptoken=x',
    'not an address',
  ])('with a nextLink to %s is not followed there', async (link) => {
    world = await openWorld();
    const graph: Graph = {
      ...world.graph,
      get: async () => ({ value: [], '@odata.nextLink': link }),
    };
    world.graph = graph;
    await expect(world.poll()).rejects.toThrow('nextLink leaves the origin of GRAPH_BASE_URL');
  });

  test('is asked no more than five times in ten seconds', async () => {
    world = await openWorld({ INITIAL_LOOKBACK_MINUTES: '43200' });
    for (let polls = 0; polls < 12; polls += 1) await world.poll();
    expect(world.simulator.counts.throttled).toBe(0);
  });
});
