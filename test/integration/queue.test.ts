import { describe, expect, test } from 'vitest';
import type { RowRef } from '../../functions/ledger/keys.ts';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import type { StoredNotification } from '../../functions/ledger/notification.ts';
import { settlePoisoned } from '../../functions/ledger/settlePoisoned.ts';
import { StorageFailure } from '../../functions/ledger/store.ts';
import { ledgerWith } from '../fixtures/ledgerWith.ts';
import type { World } from './world.ts';
import { worlds } from './worlds.ts';

const openWorld = worlds();
let world: World;

/** A ledger whose readers all read before any of them goes on. */
function ledgerWithBarrier(ledger: Ledger, readers: number): Ledger {
  let arrived = 0;
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  return ledgerWith(ledger, {
    async get(row: RowRef): Promise<StoredNotification | undefined> {
      const stored = await ledger.get(row);
      arrived += 1;
      if (arrived === readers) open();
      await gate;
      return stored;
    },
  });
}

describe('two workers with the same message', () => {
  test('that both read the row before either claims it send one mail', async () => {
    world = await openWorld();
    const row = await world.dueMessage();
    const shared = ledgerWithBarrier(world.ledger, 2);
    await Promise.all([world.deliver(row, shared), world.deliver(row, shared)]);
    await world.deliverDue();
    expect(world.mails).toHaveLength(1);
    expect(world.simulator.counts.sendMail).toBe(1);
    expect((await world.stateOf(row))?.attempts).toBe(1);
  });

  test('of which one comes while the other is sending waits for the lease, and sends nothing', async () => {
    world = await openWorld();
    const row = await world.dueMessage();
    await world.claimAndDie(row);
    const leaseUntil = new Date(world.now().getTime() + 300_000);
    await world.deliver(row);
    expect(world.simulator.counts.sendMail).toBe(0);
    expect(world.queue.messages).toEqual([{ row, at: leaseUntil, count: 1 }]);
  });
});

test('a message for a row that is settled, or that does not exist, is spent', async () => {
  world = await openWorld();
  const row = await world.dueMessage();
  await world.deliver(row);
  await world.deliver(row);
  await world.deliver({ ...row, key: `${row.key}x` });
  expect(world.mails).toHaveLength(1);
  expect(world.queue.messages).toEqual([]);
  expect(world.events).toContainEqual(expect.objectContaining({ event: 'message.orphan' }));
});

describe('the directory', () => {
  test.each(['429', '503', 'consentMissing'] as const)(
    'with %s puts the mail off, and loses nothing',
    async (kind) => {
      world = await openWorld();
      const row = await world.dueMessage();
      world.simulator.faults.set('users', { kind, retryAfter: 120 });
      await world.deliver(row);
      expect(await world.stateOf(row)).toMatchObject({
        state: 'pending',
        attempts: 0,
        deferrals: 1,
      });
      world.simulator.faults.clear();
      await world.pass(4);
      expect(world.mails).toHaveLength(1);
    },
  );

  test('that does not know a new account yet is asked again', async () => {
    world = await openWorld();
    const row = await world.dueMessage();
    world.simulator.faults.set('users', { kind: '404', times: 1 });
    await world.deliver(row);
    await world.pass(2);
    expect(world.mails).toHaveLength(1);
  });
});

describe('a lost message', () => {
  test('is found by the sweep', async () => {
    world = await openWorld();
    const row = await world.dueMessage();
    await world.sweep();
    expect(world.queue.messages).toEqual([]);
    world.advance(180);
    await world.sweep();
    await world.deliverDue();
    expect(world.mails).toHaveLength(1);
    expect((await world.stateOf(row))?.state).toBe('sent');
  });

  test.each([
    ['the next poll', () => world.poll()],
    ['the first poll of another process', () => world.twin().poll()],
  ])('is found by %s', async (_, poll) => {
    world = await openWorld();
    await world.dueMessage();
    world.advance(180);
    await poll();
    expect(world.queue.messages).toHaveLength(1);
    await world.deliverDue();
    expect(world.mails).toHaveLength(1);
  });
});

describe('a poisoned message', () => {
  test('puts its notification off for the sweep, however often; only a week later it is failed, and visible', async () => {
    world = await openWorld({ MAX_NOTIFY_AGE_HOURS: '48' });
    const row = await world.dueMessage();
    for (let hours = 0; hours < 7 * 24; hours += 7) {
      await settlePoisoned(row, world.poisonRoom);
      expect(await world.stateOf(row)).toMatchObject({ state: 'pending' });
      expect(world.events.at(-1)?.event).toBe('message.poisoned');
      world.advance(7 * 3600);
    }
    await settlePoisoned(row, world.poisonRoom);
    expect(await world.stateOf(row)).toMatchObject({ state: 'failed' });
    expect(world.events.at(-1)?.event).toBe('mail.failed');
  });

  test('of a notification that is sent, that somebody holds, or that waits for its time, changes nothing', async () => {
    world = await openWorld();
    const row = await world.dueMessage();
    const unchanged = async () => {
      const before = await world.stateOf(row);
      await settlePoisoned(row, world.poisonRoom);
      expect(await world.stateOf(row)).toEqual(before);
      return before?.state;
    };
    await world.claimAndDie(row);
    expect(await unchanged()).toBe('sending');
    world.advance(301);
    await settlePoisoned(row, world.poisonRoom);
    expect((await world.stateOf(row))?.state).toBe('unknown');
    // Put off for a while: it has its time, and no message may take that from it.
    expect(await unchanged()).toBe('unknown');
    world.advance(15 * 60);
    await world.deliver(row);
    expect(await unchanged()).toBe('sent');
  });
});

test('storage that fails while a message is handled puts the message off', async () => {
  world = await openWorld();
  const row = await world.dueMessage();
  const broken = ledgerWith(world.ledger, {
    get: async () => {
      throw new StorageFailure('ServerBusy', { status: 503 });
    },
  });
  await world.deliver(row, broken);
  await world.pass(2);
  expect(world.mails).toHaveLength(1);
});
