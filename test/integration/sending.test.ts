import { describe, expect, test } from 'vitest';
import type { Notification } from '../../functions/ledger/notification.ts';
import { reopen } from '../../functions/ledger/transitions.ts';
import { ledgerWith } from '../fixtures/ledgerWith.ts';
import type { World } from './world.ts';
import { worlds } from './worlds.ts';

const openWorld = worlds();
let world: World;

describe('a send', () => {
  test('that Exchange throttles waits for Retry-After and is no attempt', async () => {
    world = await openWorld({ SENDER_MAILBOXES: 'security@contoso.example' });
    const row = await world.dueMessage();
    world.simulator.faults.set('sendMail', { kind: '429', retryAfter: 600, times: 1 });
    await world.deliver(row);
    const until = new Date(world.now().getTime() + 600_000).toISOString();
    expect(await world.stateOf(row)).toMatchObject({
      state: 'pending',
      attempts: 0,
      notBefore: until,
    });
    await world.pass(11);
    expect(world.mails).toHaveLength(1);
    expect(world.simulator.counts.sendMail).toBe(2);
  });

  test('whose token Graph refuses is no attempt, and no mailbox is to blame', async () => {
    world = await openWorld();
    const row = await world.dueMessage();
    world.simulator.faults.set('sendMail', { kind: '401', times: 3 });
    await world.deliver(row);
    expect(await world.stateOf(row)).toMatchObject({ state: 'pending', attempts: 0, doubts: [] });
    await world.pass(5);
    expect(world.mails).toHaveLength(1);
    expect(world.events.filter(({ event }) => event === 'sender.paused')).toEqual([]);
  });

  test.each(['resetAfter', '503kept', '504kept'] as const)(
    'with %s was accepted: it is found in Sent Items and not repeated',
    async (kind) => {
      world = await openWorld();
      const row = await world.dueMessage();
      world.simulator.faults.set('sendMail', { kind, times: 1 });
      await world.deliver(row);
      expect(await world.stateOf(row)).toMatchObject({
        state: 'unknown',
        attempts: 1,
        doubts: ['security@contoso.example'],
      });
      await world.deliverDue();
      expect(world.simulator.counts.sendMail).toBe(1);
      await world.pass(6);
      expect(world.mails).toHaveLength(1);
      expect(await world.stateOf(row)).toMatchObject({
        state: 'sent',
        outcome: { reason: 'userTold', manager: 'inCopy', foundInSentItems: true },
      });
    },
  );

  test.each(['resetBefore', '503', '504'] as const)(
    'with %s was not: it is sent once more, under the same Message-ID',
    async (kind) => {
      world = await openWorld();
      const row = await world.dueMessage();
      world.simulator.faults.set('sendMail', { kind, times: 1 });
      await world.deliver(row);
      expect(await world.stateOf(row)).toMatchObject({ state: 'unknown', attempts: 1 });
      await world.pass(6);
      expect(world.mails).toHaveLength(1);
    },
  );

  test('whose outcome is unknown is repeated once at most where Sent Items may not be read', async () => {
    world = await openWorld();
    const row = await world.dueMessage();
    world.simulator.faults.set('sentItems', { kind: 'consentMissing' });
    world.simulator.faults.set('sendMail', { kind: 'resetAfter' });
    await world.deliver(row);
    await world.pass(30);
    expect(world.mails).toHaveLength(2);
    expect(new Set(world.mails.map(({ messageId }) => messageId)).size).toBe(1);
    expect(await world.stateOf(row)).toMatchObject({ state: 'failed', attempts: 2 });
    expect(world.events).toContainEqual(
      expect.objectContaining({ level: 'error', event: 'mail.failed' }),
    );
  });

  test('without consent is kept, logged as a pause, and goes out once consent is there', async () => {
    world = await openWorld();
    const row = await world.dueMessage();
    world.simulator.faults.set('sendMail', { kind: 'consentMissing' });
    await world.deliver(row);
    await world.pass(60);
    expect(await world.stateOf(row)).toMatchObject({ state: 'pending', attempts: 0 });
    expect(world.events).toContainEqual(
      expect.objectContaining({ level: 'error', event: 'sender.paused', sender: 1 }),
    );
    world.simulator.faults.clear();
    await world.pass(5);
    expect(world.mails).toHaveLength(1);
  });

  test('from a mailbox that refuses is made from another one', async () => {
    world = await openWorld();
    const row = await world.dueMessage();
    world.simulator.mailboxes.allowedSenders.delete('security@contoso.example');
    await world.deliver(row);
    await world.pass(4);
    expect(world.mails.map(({ sender }) => sender)).toEqual(['security2@contoso.example']);
  });

  test('refused because of the manager’s address still reaches the user', async () => {
    world = await openWorld();
    world.simulator.directory.patch('MiriamG@contoso.example', { mail: 'miriam@no_such..domain' });
    world.append('AdeleV');
    await world.pass(2);
    expect(world.mails.map(({ recipients }) => recipients)).toEqual([
      { to: ['AdeleV@contoso.example'], cc: [], bcc: [] },
    ]);
    const [row] = await world.notifications();
    expect(row).toMatchObject({
      state: 'sent',
      outcome: { reason: 'userTold', withoutCopies: 'manager' },
    });
  });

  test('refused because of the user’s own address reaches the manager, once', async () => {
    world = await openWorld();
    world.simulator.directory.patch('AdeleV@contoso.example', { mail: 'adele@no_such..domain' });
    world.append('AdeleV');
    await world.pass(3);
    expect(world.mails.map(({ recipients }) => recipients)).toEqual([
      { to: ['MiriamG@contoso.example'], cc: [], bcc: [] },
    ]);
    const [row] = await world.notifications();
    expect(row).toMatchObject({
      state: 'sent',
      attempts: 1,
      outcome: { reason: 'managerTold', user: 'addressRefused' },
    });
  });

  test('refused for every address ends with what Exchange said, and may be begun anew', async () => {
    world = await openWorld();
    for (const name of ['AdeleV', 'MiriamG']) {
      world.simulator.directory.patch(`${name}@contoso.example`, {
        mail: `${name}@no_such..domain`,
      });
    }
    world.happen('adminIssuesTemporaryAccessPass', { user: 'AdeleV@contoso.example' });
    await world.pass(4);
    expect(world.mails).toEqual([]);
    const [row] = await world.notifications();
    expect(row).toMatchObject({ state: 'undeliverable', attempts: 0 });
    expect(row?.outcome).toEqual({
      reason: 'addressRefused',
      manager: 'addressRefused',
      answer: '400 ErrorInvalidRecipients',
    });
    expect(row?.refused).toHaveLength(2);
    expect(reopen(row as Notification, world.now())).not.toHaveProperty('refused');
  });

  test('that nobody finished, since the process died, is repeated after the lease', async () => {
    world = await openWorld();
    const row = await world.dueMessage();
    await world.claimAndDie(row);
    world.advance(299);
    await world.deliver(row);
    expect(world.mails).toEqual([]);
    world.advance(2);
    await world.deliverDue();
    expect(world.mails).toHaveLength(1);
    expect(await world.stateOf(row)).toMatchObject({ state: 'sent', attempts: 2 });
  });

  test('that died twice is not made a third time where Sent Items may not be read', async () => {
    world = await openWorld();
    const row = await world.dueMessage();
    world.simulator.faults.set('sentItems', { kind: 'consentMissing' });
    await world.claimAndDie(row);
    world.advance(300);
    world.simulator.faults.set('sendMail', { kind: '429', retryAfter: 60, times: 1 });
    await world.deliver(row);
    // The repeat was refused: it is still owed.
    expect(await world.stateOf(row)).toMatchObject({ state: 'unknown', attempts: 1 });
    world.advance(60);
    await world.claimAndDie(row);
    world.advance(300);
    await world.deliver(row);
    expect(world.mails).toEqual([]);
    expect(await world.stateOf(row)).toMatchObject({
      state: 'failed',
      outcome: { reason: 'repeatUnanswered' },
    });
  });

  test('is over before the lease, however long the claim took to be written', async () => {
    world = await openWorld();
    const row = await world.dueMessage();
    const slow = ledgerWith(world.ledger, {
      replaceAndCount: async (notification, ...rest) => {
        world.advance(299.9);
        return world.ledger.replaceAndCount(notification, ...rest);
      },
    });
    await world.deliver(row, slow);
    expect(world.simulator.counts.sendMail).toBe(0);
    expect(await world.stateOf(row)).toMatchObject({ state: 'pending', attempts: 0 });
  });
});
