import { describe, expect, test } from 'vitest';
import { pagesOf } from '../../functions/intake/receive.ts';
import { partition, StorageFailure } from '../../functions/ledger/store.ts';
import type { AuditRecord } from '../../local/graph/auditRecord.ts';
import { monitorEvent, signInRecord } from '../fixtures/azureMonitor.ts';
import { ledgerWith } from '../fixtures/ledgerWith.ts';
import { auditRow } from '../fixtures/rows.ts';
import type { World } from './world.ts';
import { worlds } from './worlds.ts';

const openWorld = worlds();
let world: World;

/** A pass that an administrator issues, in the log; and the event that tells of the same rows. */
function pass(user = 'AdeleV'): ReturnType<typeof monitorEvent> {
  return monitorEvent(
    ...world.happen('adminIssuesTemporaryAccessPass', { user: `${user}@contoso.example` }),
  );
}

const eventsNamed = (name: string) => world.events.filter(({ event }) => event === name);

async function expectOneMail(): Promise<void> {
  await world.pass(3);
  expect(world.mails).toHaveLength(1);
  expect(await world.notifications()).toHaveLength(1);
}

describe('a change that comes by both doors is told once,', () => {
  test('if the poll was first', async () => {
    world = await openWorld();
    const event = pass();
    await world.poll();
    await world.receive([event]);
    await expectOneMail();
  });

  test('if the event was first', async () => {
    world = await openWorld();
    await world.receive([pass()]);
    await expectOneMail();
  });

  test('if the mail went out before the other door saw it', async () => {
    world = await openWorld();
    const event = pass();
    await world.receive([event]);
    await world.deliverDue();
    expect(world.mails).toHaveLength(1);
    await world.receive([event]);
    await expectOneMail();
  });

  test('if each door gave it an id of its own', async () => {
    world = await openWorld();
    world.append('AdeleV', { id: 'Authentication Methods_1' });
    const { id, userPrincipalName } = world.simulator.directory.get('AdeleV@contoso.example');
    const row = auditRow({
      id: 'Authentication Methods_2',
      time: world.time.toISOString().replace('Z', '0000Z'),
      target: { id, upn: userPrincipalName },
      by: { id, userPrincipalName },
    });
    await world.receive([monitorEvent(row)]);
    await expectOneMail();
  });

  test('if several batches and a poll record it at once, on two hosts', async () => {
    world = await openWorld();
    const twin = world.twin();
    const users = ['AdeleV', 'LeeG', 'MeganB', 'IsaiahL'];
    const all = users.map((user) => pass(user));
    const batches = [[...all], [...all].reverse(), all.slice(0, 2), all.slice(2)];
    const both = batches.flatMap((batch) => [world.receive(batch), twin.receive(batch)]);
    const outcomes = await Promise.allSettled([...both, world.poll(), twin.poll()]);
    // Whoever met others five times over fails, and is run again by the host.
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason.name).toBe('LedgerConflict');
    }
    expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true);
    await world.pass(4);
    expect(world.mails.map(({ recipients }) => recipients.to[0]).sort()).toEqual(
      users.map((user) => `${user}@contoso.example`).sort(),
    );
    expect(await world.notifications()).toHaveLength(4);
  });
});

describe('a batch', () => {
  test('that fails for good is found by the poll', async () => {
    world = await openWorld();
    const event = pass();
    const broken = ledgerWith(world.ledger, {
      record: () => Promise.reject(new StorageFailure('storage is busy', { status: 503 })),
    });
    await expect(world.receive([event], broken)).rejects.toThrow('storage is busy');
    expect(await world.notifications()).toEqual([]);
    await expectOneMail();
  });

  test('that fails after a part of it may be given again', async () => {
    world = await openWorld();
    const rows = [0, 2].map((hours) => ownChange(hours));
    let recorded = 0;
    const broken = ledgerWith(world.ledger, {
      record(...given) {
        recorded += 1;
        return recorded > 1
          ? Promise.reject(new StorageFailure('storage is busy', { status: 503 }))
          : world.ledger.record(...given);
      },
    });
    await expect(world.receive([monitorEvent(...rows)], broken)).rejects.toThrow();
    expect(await world.notifications()).toHaveLength(1);
    await world.receive([monitorEvent(...rows)]);
    expect(await world.notifications()).toHaveLength(2);
  });

  test('with nothing of ours in it asks storage nothing and says nothing', async () => {
    world = await openWorld();
    const untouched = ledgerWith(world.ledger, {
      readState: () => Promise.reject(new Error('asked')),
      readRange: () => Promise.reject(new Error('asked')),
    });
    const other = auditRow({ service: 'Core Directory', activity: 'Add member to group' });
    await world.receive([{ records: [signInRecord] }, monitorEvent(other)], untouched);
    expect(eventsNamed('events.received')).toEqual([]);
  });

  test('with what cannot be read keeps that aside, and tells the rest', async () => {
    world = await openWorld();
    await world.receive(['half an ev', pass()]);
    expect(eventsNamed('records.unparsable')).toMatchObject([
      { level: 'error', metrics: { 'records.unparsable': 1 } },
    ]);
    expect(eventsNamed('events.received')).toMatchObject([
      // Of the pass, Entra writes as many rows again that a poll does not ask for.
      { records: 2, recorded: 2, notifications: 1, unparsable: 1, passedOver: 2 },
    ]);
    await expectOneMail();
  });

  test('of nothing else but that is no error', async () => {
    world = await openWorld();
    await world.receive(['half an ev']);
    expect(eventsNamed('records.unparsable')).toHaveLength(1);
  });

  test('says how late its newest record is', async () => {
    world = await openWorld();
    const event = pass();
    world.advance(40);
    await world.receive([event]);
    const [{ metrics } = { metrics: {} }] = eventsNamed('events.received');
    expect(metrics).toMatchObject({ 'audit.records': 2, 'changes.recognised': 1 });
    const delay = (metrics as Record<string, number>)['events.delay_seconds'];
    expect(delay).toBeGreaterThanOrEqual(30);
    expect(delay).toBeLessThanOrEqual(40);
  });
});

describe('where the app never ran', () => {
  async function forget(): Promise<void> {
    const { store } = world.ledger;
    for await (const row of store.query(partition('state'))) await store.remove(row, row.etag);
  }

  test('it begins now: what was before is recorded and not told, for the poll as well', async () => {
    world = await openWorld();
    const before = pass('AdeleV');
    world.advance(60);
    await forget();
    await world.receive([before]);
    const { polls } = await world.ledger.readState();
    expect(polls.watched?.value.startedAt).toBe(world.time.toISOString());
    world.advance(60);
    await world.receive([pass('LeeG')]);
    await world.pass(3);
    expect(world.mails.map(({ recipients }) => recipients.to[0])).toEqual(['LeeG@contoso.example']);
    expect((await world.ledger.readState()).polls.watched?.value.startedAt).toBe(
      polls.watched?.value.startedAt,
    );
  });

  test('two batches at once begin at one moment', async () => {
    world = await openWorld();
    await forget();
    await Promise.all([world.receive([pass('AdeleV')]), world.receive([pass('LeeG')])]);
    expect((await world.ledger.readState()).polls.watched).toBeDefined();
    await world.pass(3);
    expect(world.mails).toHaveLength(2);
  });
});

test('a page holds 500 records at most, no two of them more than an hour apart', () => {
  const at = (seconds: number): AuditRecord =>
    auditRow({ time: new Date(Date.parse('2026-11-24T00:00:00Z') + seconds * 1000).toISOString() });
  const records = [...Array.from({ length: 1100 }, (_, second) => at(second)), at(6000)];
  const aside = [{ reason: 'r', raw: 'x' }];
  const pages = pagesOf({ records: records as never, unparsable: aside });
  expect(pages.map((page) => page.records.length)).toEqual([500, 500, 100, 1]);
  expect(pages.map((page) => page.unparsable.length)).toEqual([1, 0, 0, 0]);
  expect(pages.flatMap((page) => page.records)).toEqual(records);
});

/** Adele's own change, some hours before the present; the app runs since before that. */
function ownChange(hoursAgo: number): AuditRecord {
  const { id, userPrincipalName } = world.simulator.directory.get('AdeleV@contoso.example');
  return auditRow({
    time: new Date(world.time.getTime() - hoursAgo * 3_600_000).toISOString(),
    target: { id, upn: userPrincipalName },
    by: { id, userPrincipalName },
  });
}
