import { beforeEach, describe, expect, test } from 'vitest';
import { CoverageCheck } from '../../functions/coverage/check.ts';
import { standsBack } from '../../functions/coverage/progress.ts';
import { GraphFailure } from '../../functions/graph/failure.ts';
import { StorageFailure } from '../../functions/ledger/store.ts';
import { change } from '../mail/cases.ts';
import { CoverageWorld, idOf, named } from './coverageWorld.ts';

let world: CoverageWorld;
beforeEach(() => {
  world = new CoverageWorld(60);
  for (let number = 0; number < 60; number += 1) world.gets(number, 'phone');
});

const gaps = (said: Parameters<typeof named>[0]) =>
  named(said, 'coverage.gap').map(({ users }) => users);

describe('a look at who has what', () => {
  test('begins with what people have, and finds nothing in it', async () => {
    const said = await world.look();
    expect(said.map(({ event }) => event)).toEqual(['coverage.checked']);
    expect(named(said, 'coverage.checked')).toEqual([
      expect.objectContaining({ people: 60, first: true, unexplained: 0, written: 60, pages: 1 }),
    ]);
  });

  test('comes once a day, and writes nothing where nothing changed', async () => {
    await world.look();
    const before = world.requests.report;
    await world.tick();
    expect(world.requests.report).toBe(before);
    const said = await world.nextDay();
    expect(named(said, 'coverage.checked')).toEqual([
      expect.objectContaining({ people: 60, first: false, written: 0, transactions: 0 }),
    ]);
  });

  test('finds a method that appeared without a row, a day after it was first seen', async () => {
    await world.look();
    world.gets(7, 'softwareOath');
    expect(gaps(await world.nextDay())).toEqual([]);
    expect(await world.openOf(7)).toEqual(['softwareOneTimePasscode']);
    const said = await world.nextDay();
    expect(gaps(said)).toEqual([`${idOf(7)} +softwareOneTimePasscode since 2026-11-03`]);
    expect(gaps(await world.nextDay())).toEqual([]);
  });

  test('says a gap rather twice than never, where storage fails when it is noted', async () => {
    world = new CoverageWorld(200);
    await world.look();
    world.gets(7, 'softwareOath');
    await world.nextDay();
    // So many changes that a transaction is full before the look is over.
    for (let number = 0; number < 200; number += 1) {
      world.gets(number, 'phone');
      await world.told(number, 'registered', 'phone');
    }
    const { store } = world;
    const replace = store.replace.bind(store);
    let writes = 0;
    store.replace = async (row, etag) => {
      writes += 1;
      // The first says that the last page was read, the second that the look is over.
      if (writes === 2) throw new StorageFailure('busy', { status: 503 });
      return replace(row, etag);
    };
    await expect(world.nextDay()).rejects.toThrow('busy');
    await world.look();
    expect(gaps(world.said)).toContain(`${idOf(7)} +softwareOneTimePasscode since 2026-11-03`);
  });

  test('finds one that vanished', async () => {
    await world.look();
    world.loses(9, 'phone');
    await world.nextDay();
    expect(gaps(await world.nextDay())).toEqual([`${idOf(9)} -mobilePhone since 2026-11-03`]);
  });

  test('finds a pass, too, which is gone by the next look', async () => {
    await world.look();
    world.gets(7, 'temporaryAccessPass');
    expect(gaps(await world.nextDay())).toEqual([]);
    world.loses(7, 'temporaryAccessPass');
    const said = await world.nextDay();
    expect(await world.openOf(7)).toEqual([]);
    expect(gaps(said)).toEqual([`${idOf(7)} +temporaryAccessPass since 2026-11-03`]);
  });

  test.each([
    'sent',
    'pending',
    'sending',
    'unknown',
    'suppressed',
    'undeliverable',
    'failed',
  ] as const)('takes for explained what the ledger has as %s', async (state) => {
    await world.look();
    world.gets(7, 'microsoftAuthenticator');
    await world.told(7, 'registered', 'authenticatorApp', { state });
    await world.nextDay();
    expect(gaps(await world.nextDay())).toEqual([]);
    expect(await world.openOf(7)).toEqual([]);
  });

  test('knows whom the ledger names by name alone, in another process too', async () => {
    await world.look();
    world.gets(7, 'softwareOath');
    await world.told(7, 'registered', 'oathToken', { by: 'name' });
    await world.nextDay(() => world.newProcess());
    expect(await world.openOf(7)).toEqual([]);
  });

  test('takes a change once: a second key needs a second change', async () => {
    await world.look();
    await world.told(7, 'registered', 'passkey');
    world.methods.add(idOf(7), passkey('deviceBound'));
    await world.nextDay();
    expect(await world.openOf(7)).toEqual([]);
    world.methods.add(idOf(7), passkey('synced'));
    await world.nextDay();
    expect(await world.openOf(7)).toEqual(['passKeySynced']);
    expect(gaps(await world.nextDay())).toHaveLength(1);
  });

  test.each([
    ['a mail about it to others', { followUp: 'other' }],
    ['a test', { test: true }],
    ['a summary of very many', { summary: { users: 60, from: '', to: '' } }],
  ] as const)('takes %s for no change of its own', async (_, more) => {
    await world.look();
    await world.told(7, 'registered', 'passkey');
    await world.told(7, 'registered', 'passkey', more);
    world.methods.add(idOf(7), passkey('deviceBound'));
    world.methods.add(idOf(7), passkey('synced'));
    await world.nextDay();
    expect(await world.openOf(7)).toHaveLength(1);
  });

  test('takes what a change may be, and what became known of it later, for explained', async () => {
    await world.look();
    const told = change({ time: world.now().toISOString(), target: { id: idOf(7) } });
    await world.told(7, 'registered', 'phone', {
      changes: [{ ...told, method: 'phone', alternatives: ['oathToken'] }],
    });
    await world.told(8, 'updated', 'phone', {
      target: { id: idOf(8) },
      changes: [
        {
          ...told,
          action: 'deleted',
          method: 'email',
          late: { action: 'registered', method: 'oathToken' },
        },
      ],
    });
    for (const number of [7, 8]) world.gets(number, 'softwareOath');
    await world.nextDay();
    expect([await world.openOf(7), await world.openOf(8)]).toEqual([[], []]);
  });

  test('waits for a row of the log that comes a day late', async () => {
    await world.look();
    const at = world.now();
    world.gets(7, 'softwareOath', at);
    await world.nextDay();
    await world.told(7, 'registered', 'oathToken', { at });
    expect(gaps(await world.nextDay())).toEqual([]);
    expect(await world.openOf(7)).toEqual([]);
  });

  test('does not ask why a pass or a key of a device is gone', async () => {
    world.gets(7, 'temporaryAccessPass');
    world.gets(8, 'windowsHelloForBusiness');
    await world.look();
    world.loses(7, 'temporaryAccessPass');
    world.loses(8, 'windowsHelloForBusiness');
    await world.nextDay();
    expect(gaps(await world.nextDay())).toEqual([]);
  });

  test('does not ask about whoever is new, gone, or back', async () => {
    await world.look();
    world.directory.patch(idOf(5), { accountEnabled: false });
    world.directory.remove(idOf(6));
    const said = await world.nextDay();
    expect(named(said, 'coverage.checked')[0]).toMatchObject({ people: 58, gone: 2, written: 2 });
    world.directory.patch(idOf(5), { accountEnabled: true });
    world.gets(5, 'softwareOath');
    await world.nextDay();
    expect(gaps(await world.nextDay())).toEqual([]);
  });

  test('leaves out what the report says of the time before the app', async () => {
    world.registrations.publish();
    world.advance(36 * 3_600_000);
    world.startedAt = new Date(world.now());
    await world.look();
    world.gets(7, 'softwareOath');
    world.registrations.live();
    await world.nextDay();
    expect(await world.openOf(7)).toEqual([]);
    world.gets(8, 'softwareOath');
    await world.nextDay();
    expect(await world.openOf(8)).toEqual(['softwareOneTimePasscode']);
  });

  test('sees that what it was told of is as it was', async () => {
    await world.look();
    world.gets(7, 'softwareOath');
    await world.nextDay();
    await world.nextDay();
    world.loses(7, 'softwareOath');
    await world.nextDay();
    expect(await world.openOf(7)).toEqual([]);
  });

  test('asks Graph whether it is so, where it may', async () => {
    await world.look();
    world.gets(7, 'softwareOath');
    await world.nextDay();
    // The report is wrong by now, and says so for another day.
    world.registrations.publish();
    world.loses(7, 'softwareOath');
    expect(gaps(await world.nextDay())).toEqual([]);
    expect(world.requests.methods).toBe(1);
    world.faults.set('methods', { kind: 'consentMissing' });
    expect(gaps(await world.nextDay())).toHaveLength(1);
  });

  test('asks nobody else where it may not, and says nothing of who is gone by then', async () => {
    await world.look();
    for (const number of [7, 8, 9]) world.gets(number, 'softwareOath');
    await world.nextDay();
    world.registrations.publish();
    world.faults.set('methods', { kind: 'consentMissing' });
    world.directory.remove(idOf(8));
    expect(named(await world.nextDay(), 'coverage.gap')).toMatchObject([{ people: 3 }]);
    expect(world.requests.methods).toBe(1);
    world.faults.clear();
    for (const number of [17, 18]) world.gets(number, 'softwareOath');
    world.registrations.publish();
    await world.nextDay();
    world.directory.remove(idOf(18));
    expect(named(await world.nextDay(), 'coverage.gap')).toMatchObject([
      { people: 1, users: expect.stringContaining(idOf(17)) },
    ]);
  });

  test('waits for whose name it could not find out, where the ledger has rows by name alone', async () => {
    await world.look();
    world.gets(7, 'softwareOath');
    await world.told(30, 'registered', 'oathToken', { by: 'name' });
    await world.nextDay();
    // The report of this day does not say.
    const nameless = world.registrations.rows().map((row) => ({ ...row, userPrincipalName: '' }));
    world.registrations.publish(nameless);
    world.faults.set('users', { kind: 'consentMissing' });
    expect(gaps(await world.nextDay())).toEqual([]);
    world.faults.clear();
    world.registrations.publish();
    expect(gaps(await world.nextDay())).toHaveLength(1);
  });

  test('calls a new name of many no gap, and a swap of one person one', async () => {
    for (let number = 0; number < 20; number += 1) world.gets(number, 'softwareOath');
    for (let number = 20; number < 25; number += 1) {
      world.methods.add(idOf(number), passkey('deviceBound'));
    }
    await world.look();
    const rows = () =>
      world.registrations.rows().map((row) => ({
        ...row,
        methodsRegistered: row.methodsRegistered.map((kind) =>
          kind === 'softwareOneTimePasscode'
            ? 'hardwareOneTimePasscode'
            : kind === 'passKeyDeviceBound' && row.id === idOf(20)
              ? 'passKeySynced'
              : kind,
        ),
      }));
    world.registrations.publish(rows());
    const said = await world.nextDay();
    expect(named(said, 'coverage.checked')[0]).toMatchObject({ renamed: 20, unexplained: 1 });
    expect(await world.openOf(20)).toEqual(['passKeyDeviceBound', 'passKeySynced']);
  });

  test('learns words that it does not know', async () => {
    await world.look();
    const rows = world.registrations.rows().map((row) => ({
      ...row,
      methodsRegistered: row.id === idOf(3) ? ['mobilePhone', 'faceScan'] : row.methodsRegistered,
    }));
    world.registrations.publish(rows);
    await world.nextDay();
    world.newProcess();
    expect(gaps(await world.nextDay())).toEqual([`${idOf(3)} +faceScan since 2026-11-03`]);
  });
});

describe('a report that is at fault', () => {
  test('is one finding that counts, and none once it is well again', async () => {
    world = new CoverageWorld(3000);
    for (let number = 0; number < 3000; number += 1) world.gets(number, 'phone');
    await world.look();
    world.gets(7, 'softwareOath');
    await world.nextDay();
    world.faults.set('registrations', { kind: 'blank' });
    const said = await world.nextDay();
    expect(said.filter(({ level }) => level === 'error').map(({ event }) => event)).toEqual([
      'coverage.doubtful',
    ]);
    expect(named(said, 'coverage.doubtful')[0]).toMatchObject({ unexplained: 3000, people: 3000 });
    world.faults.clear();
    // As if it had not been: neither forgotten nor told twice.
    expect(gaps(await world.nextDay())).toEqual([
      `${idOf(7)} +softwareOneTimePasscode since 2026-11-03`,
    ]);
    expect(gaps(await world.nextDay())).toEqual([]);
  });

  test('is taken for the truth where it stays so, and others are seen again', async () => {
    world = new CoverageWorld(3000);
    for (let number = 0; number < 3000; number += 1) world.gets(number, 'phone');
    await world.look();
    for (let number = 100; number < 3000; number += 1) world.loses(number, 'phone');
    for (const _ of [1, 2, 3]) {
      const said = await world.nextDay();
      expect(named(said, 'coverage.doubtful')).toHaveLength(1);
      expect(gaps(said)).toEqual([]);
    }
    world.gets(7, 'softwareOath');
    await world.nextDay();
    const said = await world.nextDay();
    expect(gaps(said)).toEqual([`${idOf(7)} +softwareOneTimePasscode since 2026-11-06`]);
    expect(named(said, 'coverage.doubtful')).toEqual([]);
  });

  test('counts as often as it is so in a row', async () => {
    world = new CoverageWorld(100);
    for (let number = 0; number < 100; number += 1) world.gets(number, 'phone');
    await world.look();
    world.gets(7, 'softwareOath');
    await world.nextDay();
    for (const blank of [true, true, false, true, true, false]) {
      if (blank) world.faults.set('registrations', { kind: 'blank' });
      else world.faults.clear();
      const said = await world.nextDay();
      expect(named(said, 'coverage.doubtful')).toHaveLength(blank ? 1 : 0);
    }
    expect(world.said.filter(({ event }) => event === 'coverage.gap')).toHaveLength(1);
  });

  test('is given up where it does not come to its end within two days', async () => {
    world = new CoverageWorld(1500);
    const { graph, ...room } = world.room();
    const never = { ...graph, get: async () => Promise.reject(throttled()) };
    const check = new CoverageCheck();
    const run = async () => {
      await world.polled();
      await check.run({ ...room, graph: never });
    };
    await run();
    world.advance(47 * 3_600_000);
    await run();
    expect(world.said).toEqual([]);
    world.advance(2 * 3_600_000);
    await run();
    expect(named(world.said, 'coverage.unread')).toMatchObject([{ reason: 'slow' }]);
  });

  test('is no finding where half of it is missing, until that has lasted', async () => {
    world = new CoverageWorld(3000);
    await world.look();
    world.faults.set('registrations', { kind: 'half' });
    for (const _ of [1, 2]) {
      const said = await world.nextDay();
      expect(named(said, 'coverage.unread')).toEqual([
        expect.objectContaining({ reason: 'half', worked: true }),
      ]);
      expect(named(said, 'coverage.checked')).toEqual([]);
    }
    expect(named(await world.nextDay(), 'coverage.checked')[0]).toMatchObject({ gone: 2001 });
  });

  test('is tried again where it is refused at random', async () => {
    world.faults.set('registrations', { kind: 'notPremium', times: 3 });
    const said = await world.look();
    expect(said.map(({ event }) => event)).toEqual(['coverage.checked']);
  });

  test.each([
    ['consentMissing', { reason: 'denied', status: 403 }],
    [
      'notPremium',
      { reason: 'denied', code: 'Authentication_RequestFromNonPremiumTenantOrB2CTenant' },
    ],
    ['503', { reason: 'unknownOutcome', status: 503 }],
    ['html', { reason: 'unknownOutcome' }],
    ['cut', { reason: 'unknownOutcome' }],
  ] as const)('says that it could not look: %s', async (kind, said) => {
    world.faults.set('registrations', { kind });
    expect(await world.look()).toEqual([
      {
        level: 'info',
        event: 'coverage.unread',
        fields: expect.objectContaining({ ...said, worked: false }),
      },
    ]);
    world.faults.clear();
    expect(named(await world.nextDay(), 'coverage.checked')).toHaveLength(1);
  });

  test('is begun anew where its pages lead nowhere', async () => {
    world = new CoverageWorld(1500);
    world.faults.set('registrations', { kind: 'loop', times: 2 });
    const said = await world.look();
    expect(named(said, 'coverage.checked')[0]).toMatchObject({ people: 1500 });
  });
});

describe('a look that takes many runs', () => {
  test('ends in its time where names are to be asked for and Graph is slow', async () => {
    await world.look();
    for (let number = 0; number < 60; number += 1) world.gets(number, 'softwareOath');
    await world.told(7, 'registered', 'oathToken', { by: 'name' });
    const { store } = world;
    const replace = store.replace.bind(store);
    let writes = 0;
    store.replace = async (row, etag) => {
      writes += 1;
      if (writes === 2) throw new StorageFailure('busy', { status: 503 });
      return replace(row, etag);
    };
    await expect(world.nextDay()).rejects.toThrow('busy');
    const { graph, ...room } = world.room();
    const slow = {
      ...graph,
      get: async (...given: Parameters<typeof graph.get>) => {
        world.advance(30_000);
        return graph.get(...given);
      },
    };
    await world.polled();
    const began = world.now().getTime();
    await new CoverageCheck().run({ ...room, graph: slow });
    expect(world.requests.users).toBeGreaterThan(0);
    expect(world.now().getTime() - began).toBeLessThanOrEqual(room.budgetMs + 30_000);
  });

  test('goes on where the last run ended, in whatever process', async () => {
    world = new CoverageWorld(40_000);
    world.registrations.publish();
    const said = await world.look(() => world.newProcess());
    expect(named(said, 'coverage.checked')[0]).toMatchObject({
      people: 40_000,
      pages: 41,
      written: 40_000,
      transactions: 400,
    });
    expect(world.requests.report).toBe(41);
    world.gets(39_999, 'phone');
    world.directory.remove(idOf(3));
    world.registrations.publish();
    const next = await world.nextDay(() => world.newProcess());
    expect(named(next, 'coverage.checked')[0]).toMatchObject({
      people: 39_999,
      gone: 1,
      unexplained: 1,
      written: 2,
    });
  });

  test('asks once in ten seconds, which leaves mails two of three look-ups, also where the clock is set back', async () => {
    world = new CoverageWorld(6_000);
    world.registrations.publish();
    await world.polled();
    const { graph, ...room } = world.room();
    const waits: number[] = [];
    let waited = 0;
    const pages: number[] = [];
    const counted = {
      ...room,
      graph: {
        ...graph,
        get: (...given: Parameters<typeof graph.get>) => {
          pages.push(waited);
          if (pages.length === 3) world.advance(-3_600_000);
          return graph.get(...given);
        },
      },
      wait: async (ms: number) => {
        waits.push(ms);
        waited += ms;
        world.advance(ms);
      },
    };
    await new CoverageCheck().run(counted);
    expect(pages).toHaveLength(7);
    const apart = pages.slice(1).map((at, index) => at - (pages[index] ?? 0));
    expect(Math.min(...apart)).toBeGreaterThanOrEqual(10_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(10_500);
  });

  test('stands back for a poll that catches up, and for the daily reading', async () => {
    await world.polled();
    const { polls } = await world.ledger.readState();
    const behind = { ...(polls.watched?.value as object), resumeFrom: '2026-11-01T00:00:00Z' };
    await world.ledger.writePoll('watched', behind as never, polls.watched?.etag);
    const { CoverageCheck } = await import('../../functions/coverage/check.ts');
    await new CoverageCheck().run(world.room());
    expect(world.requests.report).toBe(0);
  });

  test('stands back where no poll came when one should have: half an hour later, however seldom they come', async () => {
    const { CoverageCheck } = await import('../../functions/coverage/check.ts');
    const hour = 3_600_000;
    const nextPoll = (after: Date) => new Date((Math.floor(after.getTime() / hour) + 1) * hour);
    const hourly = { ...world.room(), nextPoll };
    await world.polled();
    world.advance(nextPoll(world.now()).getTime() - world.now().getTime() + hour / 2 + 1);
    await new CoverageCheck().run(hourly);
    expect(world.requests.report).toBe(0);
    await world.polled();
    world.advance(50 * 60_000);
    await new CoverageCheck().run(hourly);
    expect(world.requests.report).toBeGreaterThan(0);
  });
});

test.each([
  ['polled just now', {}, false],
  ['polled 31 minutes ago', { polledAt: '2026-11-24T04:29:00Z' }, true],
  ['catching up', { resumeFrom: '2026-11-24T01:00:00Z' }, true],
] as const)('a look beside an app that has %s', (_, more, stands) => {
  const now = new Date('2026-11-24T05:00:00Z');
  const poll = { startedAt: '', watermark: '', polledAt: '2026-11-24T04:59:00Z', ...more };
  const polls = { watched: { etag: '', value: poll } };
  const done = { day: '2026-11-24' };
  const nextPoll = (after: Date) => new Date(after.getTime() + 15_000);
  expect(standsBack({ polls, chores: done }, now, nextPoll)).toBe(stands);
  // The daily reading is still to come, and has until six.
  expect(standsBack({ polls, chores: { day: '2026-11-23' } }, now, nextPoll)).toBe(true);
  const later = {
    ...polls,
    watched: { etag: '', value: { ...poll, polledAt: '2026-11-24T06:00:00Z' } },
  };
  expect(
    standsBack(
      { polls: later, chores: { day: '2026-11-23' } },
      new Date('2026-11-24T06:01:00Z'),
      nextPoll,
    ),
  ).toBe('resumeFrom' in more);
});

test('a row that was written behind the last number is read, though the state was not written', async () => {
  const { register } = new CoverageWorld(0);
  const person = { kinds: 1, open: 0, told: 0 };
  await register.write([{ id: idOf(1), number: 250_000, person }], true);
  const people = await register.load({ pending: [], numbers: 249_999 });
  expect(people.get(idOf(1))).toEqual({ number: 250_000, person });
});

const throttled = () => new GraphFailure('throttled', { status: 429 });

function passkey(passkeyType: 'deviceBound' | 'synced') {
  return {
    id: `key-${passkeyType}`,
    displayName: 'Key',
    createdDateTime: world.now().toISOString(),
    aaGuid: '2fc0579f-8113-47ea-b116-bb5a8db9202a',
    model: 'YubiKey 5 Series with NFC',
    attestationCertificates: [],
    attestationLevel: 'attested',
    passkeyType,
  } as const;
}
