import { describe, expect, test } from 'vitest';
import type { World } from './world.ts';
import { worlds } from './worlds.ts';

const openWorld = worlds();
let world: World;

describe('a send of unknown outcome', () => {
  test('is repeated for as long as Sent Items shows that none got through', async () => {
    world = await openWorld();
    world.append('AdeleV');
    world.simulator.faults.set('sendMail', { kind: '504', times: 4 });
    await world.pass(120);
    expect(world.mails).toHaveLength(1);
    expect((await world.notifications())[0]).toMatchObject({ state: 'sent', attempts: 5 });
  });

  test('is not repeated while Sent Items gives no answer', async () => {
    world = await openWorld();
    const row = await world.dueMessage();
    world.simulator.faults.set('sendMail', { kind: 'resetAfter', times: 1 });
    world.simulator.faults.set('sentItems', { kind: '503', times: 2 });
    await world.deliver(row);
    await world.pass(30);
    expect(world.mails).toHaveLength(1);
    expect((await world.stateOf(row))?.outcome).toHaveProperty('foundInSentItems');
  });

  test('is looked for in every mailbox that it may have been sent from', async () => {
    world = await openWorld();
    const row = await world.dueMessage();
    world.simulator.faults.set('sendMail', { kind: 'resetAfter', times: 1 });
    await world.deliver(row);
    const other = 'security2@contoso.example';
    expect(world.mails[0]?.sender).not.toBe(other);
    world.simulator.faults.set('sentItems', { kind: 'consentMissing' });
    world.advance(300);
    await world.claimAndDie(row, other);
    world.simulator.faults.clear();
    await world.pass(10);
    expect(world.mails).toHaveLength(1);
    expect((await world.stateOf(row))?.outcome).toHaveProperty('foundInSentItems');
  });
});

describe('while a mailbox is paused', () => {
  test('messages do not multiply', async () => {
    world = await openWorld({ SENDER_MAILBOXES: 'security@contoso.example' });
    world.simulator.faults.set('sendMail', { kind: 'consentMissing' });
    world.happen('burst', { count: 8 });
    for (let part = 0; part < 3; part += 1) {
      await world.pass(20);
      await world.sweep();
    }
    expect(world.mails).toEqual([]);
    expect(world.queue.messages.length).toBeLessThanOrEqual(8);
    world.simulator.faults.clear();
    await world.pass(10);
    expect(world.mails).toHaveLength(8);
  }, 60_000);

  test('an urgent mail does not queue behind those that wait', async () => {
    world = await openWorld({
      SENDER_MAILBOXES: 'security@contoso.example',
      SETTLE_SECONDS: '0',
    });
    world.happen('burst', { count: 200 });
    await world.poll();
    world.advance(15);
    await world.poll();
    // The app stands still until all slots are missed.
    world.advance(900);
    await world.deliverDue();
    world.happen('adminIssuesTemporaryAccessPass', { user: 'MeganB@contoso.example' });
    await world.pass(4);
    const place = world.mails.findIndex(({ recipients }) => recipients.to[0]?.startsWith('MeganB'));
    expect(place).toBeGreaterThan(-1);
    expect(place).toBeLessThan(120);
  }, 30_000);
});

test('a sibling on the next day is recorded only once its notification knows of it', async () => {
  const { packTransactions } = await import('../../functions/ledger/recording.ts');
  const { auditRef, notificationRef } = await import('../../functions/ledger/keys.ts');
  world = await openWorld();
  const [before, after] = ['2026-11-24T23:59:50Z', '2026-11-25T00:00:05Z'];
  const seen = { activity: 'a', service: 's', verdict: 'change', why: 'w' } as const;
  const blank = { state: 'pending', changes: [], steps: [], target: {} } as const;
  const old = { ...blank, ...notificationRef(before, 'adele') } as never;
  const fresh = { ...blank, ...notificationRef(after, 'alex') } as never;
  const transactions = packTransactions({
    inserts: [fresh],
    updates: [{ notification: old, etag: 'e' }],
    audits: [
      { ...seen, auditId: 'alex', ...auditRef(after, 'alex'), notification: fresh },
      { ...seen, auditId: 'adele2', ...auditRef(after, 'adele2'), notification: old },
    ],
  });
  expect(transactions.map(({ day, writes }) => `${day} ${writes.length}`)).toEqual([
    '2026-11-25 2',
    '2026-11-24 1',
    '2026-11-25 1',
  ]);
});

type Targets = readonly { readonly userPrincipalName: string | null }[];
const isAdeles = (targets: Targets) =>
  targets.some(({ userPrincipalName }) => userPrincipalName?.toLowerCase().startsWith('adelev'));
const silentRow = (row: object | undefined) => ({
  ...row,
  resultReason: null,
  activityDisplayName: 'User registered security info',
  loggedByService: 'Authentication Methods',
  additionalDetails: [],
});

describe('a row that names no method', () => {
  const silent = { reason: null, activity: 'User registered security info' };
  const suppressed = () => world.events.find(({ event }) => event === 'mail.suppressed');

  test('is explained by a sibling that does, in either order', async () => {
    for (const order of [0, 1]) {
      world = await openWorld();
      const rows = [silent, { reason: 'User registered Mobile Phone SMS' }];
      for (const row of order ? rows.toReversed() : rows) {
        world.append('AdeleV', row);
        await world.poll();
        world.advance(5);
      }
      await world.pass(3);
      expect(world.mails.map(({ subject }) => subject)).toEqual([
        'Phone number added: AdeleV – security info',
      ]);
      if (order === 0) await world.close();
    }
  });

  test('is told where the user’s methods show one that was created then', async () => {
    world = await openWorld();
    world.happen('userRegistersPasskey', { user: 'AdeleV@contoso.example' });
    const rows = world.simulator.audit.all().filter((row) => isAdeles(row.targetResources));
    world.simulator.faults.set('audit', { kind: '503', times: 3 });
    await world.poll().catch(() => {});
    // Of all the rows of that passkey, only one that names no method is ever listed.
    const { graph } = world;
    world.graph = {
      ...graph,
      get: async (path) =>
        path.startsWith('/auditLogs') ? { value: [silentRow(rows[0])] } : graph.get(path),
    };
    await world.pass(3);
    expect(world.mails.map(({ subject }) => subject)).toEqual([
      'Passkey added: AdeleV – security info',
    ]);
  });

  test('is not asked about for each row where Graph has said no', async () => {
    world = await openWorld();
    world.simulator.faults.set('methods', { kind: 'consentMissing' });
    for (const user of ['AdeleV', 'AlexW', 'DiegoS']) world.append(user, silent);
    await world.pass(3);
    expect(world.mails).toEqual([]);
    expect(world.simulator.counts.methods).toBe(1);
    expect(world.simulator.counts.users).toBe(1);
    const reasons = (await world.notifications()).map(({ outcome }) => outcome?.reason);
    expect(reasons).toEqual(['lookDenied', 'lookDenied', 'lookDenied']);
  });

  test('is suppressed where nothing confirms it, and the outcome says so', async () => {
    world = await openWorld();
    world.append('AdeleV', silent);
    await world.pass(3);
    expect(world.mails).toEqual([]);
    expect((await world.notifications())[0]).toMatchObject({
      state: 'suppressed',
      outcome: { reason: 'unconfirmed' },
    });
    expect(suppressed()).toMatchObject({ level: 'info', reason: 'unconfirmed' });
  });

  test.each(['503', '404'] as const)(
    'holds up and hides nothing else that the user did, where the look is answered with %s',
    async (kind) => {
      world = await openWorld();
      world.simulator.faults.set('methods', { kind });
      world.append('AdeleV', {
        activity: 'User deleted security info',
        reason: 'User deleted Mobile Phone SMS',
      });
      world.append('AdeleV', silent);
      await world.pass(3);
      expect(world.mails.map(({ subject }) => subject)).toEqual([
        'Phone number removed: AdeleV – security info',
      ]);
      const left = (await world.notifications()).filter(({ state }) => state !== 'sent');
      expect(left).toMatchObject([{ changes: [{ held: true }] }]);
    },
  );

  test('is no silent renewal where the look failed for good, and that is a warning', async () => {
    world = await openWorld();
    world.simulator.faults.set('methods', { kind: '404' });
    world.append('AdeleV', silent);
    await world.pass(3);
    expect(world.mails).toEqual([]);
    expect(suppressed()).toMatchObject({ level: 'warn', reason: 'lookFailed' });
  });
});

test('a manager’s address that no header can hold does not keep the user from being told', async () => {
  world = await openWorld();
  const mail = `${'x'.repeat(70)}@contoso.example`;
  world.simulator.directory.patch('MiriamG@contoso.example', { mail });
  world.append('AdeleV');
  await world.pass(2);
  expect(world.mails).toHaveLength(1);
  expect((await world.notifications())[0]?.outcome).toEqual({
    reason: 'userTold',
    manager: 'noMailbox',
  });
});
