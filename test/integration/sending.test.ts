import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RowRef } from '../../functions/ledger/keys.ts';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import type { StoredNotification } from '../../functions/ledger/notification.ts';
import { settlePoisoned } from '../../functions/ledger/settlePoisoned.ts';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import { World } from './world.ts';

let azurite: Azurite;
let world: World;

beforeAll(async () => {
  azurite = await startAzurite();
});
afterEach(() => world.close());
afterAll(() => azurite.stop());

/** A pending notification whose message has just become visible. */
async function dueNotification(settings: Record<string, string> = {}): Promise<RowRef> {
  world = await World.open(azurite, settings);
  world.append('AdeleV');
  await world.poll();
  world.advance(31);
  const [row] = world.queue.take(world.now());
  if (!row) throw new Error('nothing is due');
  return row;
}

const stateOf = async (row: RowRef) => (await world.ledger.get(row))?.notification;

/** A ledger whose readers all read before any of them goes on. */
function ledgerWithBarrier(ledger: Ledger, readers: number): Ledger {
  let arrived = 0;
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  return Object.assign(Object.create(ledger) as Ledger, {
    async get(row: RowRef): Promise<StoredNotification | undefined> {
      const stored = await ledger.get(row);
      arrived += 1;
      if (arrived === readers) open();
      await gate;
      return stored;
    },
    replace: ledger.replace.bind(ledger),
  });
}

describe('two workers with the same message', () => {
  test('that both read the row before either claims it send one mail', async () => {
    const row = await dueNotification();
    const shared = ledgerWithBarrier(world.ledger, 2);
    await Promise.all([world.deliver(row, shared), world.deliver(row, shared)]);
    await world.deliverDue();
    expect(world.mails).toHaveLength(1);
    expect(world.simulator.counts.sendMail).toBe(1);
    expect((await stateOf(row))?.attempts).toBe(1);
  });

  test('of which one comes while the other is sending waits for the lease, and sends nothing', async () => {
    const row = await dueNotification();
    world.simulator.faults.set('sendMail', { kind: 'hang', times: 1 });
    const stored = await world.ledger.get(row);
    if (!stored) throw new Error('no row');
    const leaseUntil = new Date(world.now().getTime() + 300_000).toISOString();
    await world.ledger.replace(
      { ...stored.notification, state: 'sending', leaseUntil, attempts: 1 },
      stored.etag,
    );
    await world.deliver(row);
    expect(world.simulator.counts.sendMail).toBe(0);
    expect(world.queue.messages).toEqual([{ row, at: new Date(leaseUntil) }]);
  });
});

test('a message for a row that is settled, or that does not exist, is spent', async () => {
  const row = await dueNotification();
  await world.deliver(row);
  await world.deliver(row);
  await world.deliver({ ...row, key: `${row.key}x` });
  expect(world.mails).toHaveLength(1);
  expect(world.queue.messages).toEqual([]);
  expect(world.events).toContainEqual(expect.objectContaining({ event: 'message.orphan' }));
});

describe('a send', () => {
  test('that Exchange throttles waits for Retry-After and is no attempt', async () => {
    const row = await dueNotification({ SENDER_MAILBOXES: 'security@contoso.example' });
    world.simulator.faults.set('sendMail', { kind: '429', retryAfter: 600, times: 1 });
    await world.deliver(row);
    const until = new Date(world.now().getTime() + 600_000).toISOString();
    expect(await stateOf(row)).toMatchObject({ state: 'pending', attempts: 0, notBefore: until });
    await world.pass(11);
    expect(world.mails).toHaveLength(1);
    expect(world.simulator.counts.sendMail).toBe(2);
  });

  test.each(['resetAfter', '503kept', '504kept'] as const)(
    'with %s was accepted: it is found in Sent Items and not repeated',
    async (kind) => {
      const row = await dueNotification();
      world.simulator.faults.set('sendMail', { kind, times: 1 });
      await world.deliver(row);
      expect(await stateOf(row)).toMatchObject({
        state: 'unknown',
        attempts: 1,
        unknownOutcomes: 1,
      });
      await world.deliverDue();
      expect(world.simulator.counts.sendMail).toBe(1);
      await world.pass(6);
      expect(world.mails).toHaveLength(1);
      expect(await stateOf(row)).toMatchObject({
        state: 'sent',
        outcome: 'user told; manager in copy (found in Sent Items)',
      });
    },
  );

  test.each(['resetBefore', '503', '504'] as const)(
    'with %s was not: it is sent once more, under the same Message-ID',
    async (kind) => {
      const row = await dueNotification();
      world.simulator.faults.set('sendMail', { kind, times: 1 });
      await world.deliver(row);
      expect(await stateOf(row)).toMatchObject({ state: 'unknown', attempts: 1 });
      await world.pass(6);
      expect(world.mails).toHaveLength(1);
    },
  );

  test('whose outcome is unknown is repeated once at most where Sent Items may not be read', async () => {
    const row = await dueNotification();
    world.simulator.faults.set('sentItems', { kind: 'consentMissing' });
    world.simulator.faults.set('sendMail', { kind: 'resetAfter' });
    await world.deliver(row);
    await world.pass(30);
    expect(world.mails).toHaveLength(2);
    expect(new Set(world.mails.map(({ messageId }) => messageId)).size).toBe(1);
    expect(await stateOf(row)).toMatchObject({ state: 'failed', unknownOutcomes: 2 });
    expect(world.events).toContainEqual(
      expect.objectContaining({ level: 'error', event: 'mail.failed' }),
    );
  });

  test('without consent is kept, logged as a pause, and goes out once consent is there', async () => {
    const row = await dueNotification();
    world.simulator.faults.set('sendMail', { kind: 'consentMissing' });
    await world.deliver(row);
    await world.pass(60);
    expect(await stateOf(row)).toMatchObject({ state: 'pending', attempts: 0 });
    expect(world.events).toContainEqual(
      expect.objectContaining({ level: 'error', event: 'sender.paused', sender: 1 }),
    );
    world.simulator.faults.clear();
    await world.pass(5);
    expect(world.mails).toHaveLength(1);
  });

  test('from a mailbox that refuses is made from another one', async () => {
    const row = await dueNotification();
    world.simulator.mailboxes.allowedSenders.delete('security@contoso.example');
    await world.deliver(row);
    await world.pass(4);
    expect(world.mails.map(({ sender }) => sender)).toEqual(['security2@contoso.example']);
  });

  test('refused because of the manager’s address still reaches the user', async () => {
    world = await World.open(azurite);
    world.simulator.directory.patch('MiriamG@contoso.example', { mail: 'miriam@no_such..domain' });
    world.append('AdeleV');
    await world.pass(2);
    expect(world.mails.map(({ recipients }) => recipients)).toEqual([
      { to: ['AdeleV@contoso.example'], cc: [], bcc: [] },
    ]);
    const [row] = await world.notifications();
    expect(row).toMatchObject({
      state: 'sent',
      outcome: 'user told; the manager’s address was refused',
    });
  });

  test('that nobody finished, since the process died, is repeated after the lease', async () => {
    const row = await dueNotification();
    const stored = await world.ledger.get(row);
    if (!stored) throw new Error('no row');
    const leaseUntil = new Date(world.now().getTime() + 300_000).toISOString();
    const sending = { ...stored.notification, state: 'sending', leaseUntil, attempts: 1 } as const;
    await world.ledger.replace(sending, stored.etag);
    world.advance(299);
    await world.deliver(row);
    expect(world.mails).toEqual([]);
    world.advance(2);
    await world.deliverDue();
    expect(world.mails).toHaveLength(1);
    expect(await stateOf(row)).toMatchObject({ state: 'sent', attempts: 2 });
  });
});

describe('the directory', () => {
  test.each(['429', '503', 'consentMissing'] as const)(
    'with %s puts the mail off, and loses nothing',
    async (kind) => {
      const row = await dueNotification();
      world.simulator.faults.set('users', { kind, retryAfter: 120 });
      await world.deliver(row);
      expect(await stateOf(row)).toMatchObject({ state: 'pending', attempts: 0, deferrals: 1 });
      world.simulator.faults.clear();
      await world.pass(4);
      expect(world.mails).toHaveLength(1);
    },
  );

  test('that does not know a new account yet is asked again', async () => {
    const row = await dueNotification();
    world.simulator.faults.set('users', { kind: '404', times: 1 });
    await world.deliver(row);
    await world.pass(2);
    expect(world.mails).toHaveLength(1);
  });
});

describe('a lost message', () => {
  test('is found by the sweep', async () => {
    const row = await dueNotification();
    await world.sweep();
    expect(world.queue.messages).toEqual([]);
    world.advance(180);
    await world.sweep();
    await world.deliverDue();
    expect(world.mails).toHaveLength(1);
    expect((await stateOf(row))?.state).toBe('sent');
  });

  test('is found by the first poll of a process, among the rows it reads anyway', async () => {
    await dueNotification();
    world.advance(180);
    const { open } = await world.poll();
    expect(await world.revive(open)).toBe(1);
    await world.deliverDue();
    expect(world.mails).toHaveLength(1);
  });
});

describe('a poisoned message', () => {
  test('makes its notification failed, and visible', async () => {
    const row = await dueNotification();
    await settlePoisoned(row, world);
    expect(await stateOf(row)).toMatchObject({
      state: 'failed',
      outcome: 'the runtime gave up on its message',
    });
    expect(world.events.at(-1)).toMatchObject({ level: 'error', event: 'mail.failed' });
  });

  test('of a notification that is sent, or that somebody holds, changes nothing', async () => {
    const row = await dueNotification();
    await world.deliver(row);
    await settlePoisoned(row, world);
    expect((await stateOf(row))?.state).toBe('sent');
  });
});

test('storage that fails while a message is handled puts the message off', async () => {
  const row = await dueNotification();
  const { RestError } = await import('@azure/data-tables');
  const broken = Object.assign(Object.create(world.ledger) as Ledger, {
    get: async () => {
      throw new RestError('ServerBusy', { statusCode: 503 });
    },
  });
  await world.deliver(row, broken);
  await world.pass(2);
  expect(world.mails).toHaveLength(1);
});
