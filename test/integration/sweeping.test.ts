import { describe, expect, test } from 'vitest';
import { settlePoisoned } from '../../functions/ledger/settlePoisoned.ts';
import { StorageFailure } from '../../functions/ledger/store.ts';
import { defer } from '../../functions/ledger/transitions.ts';
import type { World } from './world.ts';
import { worlds } from './worlds.ts';

const openWorld = worlds();
let world: World;

const days = (count: number) => count * 86_400;
const swept = () => world.events.filter(({ event }) => event === 'sweep.finished').at(-1);

test('a sweep reaches whatever may still be told, though mails wait longer than changes are told', async () => {
  world = await openWorld({ MAX_NOTIFY_AGE_HOURS: '24' });
  await world.dueMessage();
  await world.sweep();
  // Its message is lost, and nobody hears of it for most of the week that it may wait.
  world.queue.take(world.now());
  world.advance(days(5));
  await world.poll();
  await world.sweep();
  await world.sweep();
  await world.deliverDue();
  expect(world.mails).toHaveLength(1);
});

test('the daily reading says how much it read, and no rate: it is of days that were told long ago', async () => {
  world = await openWorld();
  await world.dueMessage();
  await world.sweep();
  const said = world.events.find(({ event }) => event === 'sweep.daily');
  expect(said).toMatchObject({ pages: 2, notifications: 0, complete: true, purged: 0 });
  expect(said).not.toHaveProperty('rowsPerMinute');
});

test('a sweep finds what got stuck before it counts who was not told', async () => {
  world = await openWorld();
  await world.dueMessage();
  await world.sweep();
  // Its message is lost.
  world.queue.take(world.now());
  world.advance(3600);
  world.ledger.countUntold = async () => {
    throw new StorageFailure('busy', { status: 503 });
  };
  await expect(world.sweep()).rejects.toThrow('busy');
  await world.deliverDue();
  expect(world.mails).toHaveLength(1);
});

test('a sweep enqueues what is not delivered less and less often', async () => {
  world = await openWorld();
  await world.dueMessage();
  let messages = 0;
  for (let minute = 0; minute < 24 * 60; minute += 10) {
    world.advance(600);
    await world.sweep();
    messages += world.queue.take(world.now()).length;
  }
  expect(messages).toBeGreaterThanOrEqual(5);
  expect(messages).toBeLessThanOrEqual(12);
});

test('a sweep says how long the oldest has been waiting, however often it was put off', async () => {
  world = await openWorld();
  const row = await world.dueMessage();
  await world.sweep();
  expect(swept()).toMatchObject({ overdue: 0, metrics: { 'mail.overdue_seconds': 0 } });
  for (let hour = 0; hour < 3; hour += 1) {
    const stored = await world.ledger.get(row);
    if (!stored) throw new Error('no row');
    const until = new Date(world.now().getTime() + 3_600_000);
    const later = defer(stored.notification, until, { reason: 'mailboxBusy' }, world.now());
    await world.ledger.replace(later, stored.etag);
    world.advance(3600);
  }
  await world.sweep();
  expect(swept()).toMatchObject({ overdue: 1 });
  const { 'mail.overdue_seconds': age } = (swept()?.['metrics'] ?? {}) as Record<string, number>;
  expect(age).toBeGreaterThan(2.9 * 3600);
  expect(age).toBeLessThan(3.2 * 3600);
});

test('a row that can not be read stops nobody, and is said by each sweep', async () => {
  world = await openWorld();
  const row = await world.dueMessage();
  const { store } = world.ledger;
  const stored = await store.get({ partitionKey: row.day, rowKey: row.key });
  if (!stored) throw new Error('no row');
  const { etag, ...entity } = stored;
  await store.replace({ ...entity, state: 'escalated' }, etag);
  await world.deliver(row);
  await settlePoisoned(row, world.poisonRoom);
  world.append('MeganB');
  await world.pass(3);
  await world.sweep();
  expect(world.mails).toHaveLength(1);
  expect(swept()).toMatchObject({ unreadable: 1, metrics: { 'ledger.unreadable': 1 } });
  const said = world.events.filter(({ event }) => event === 'ledger.unreadable');
  expect(said.at(-1)).toMatchObject({ level: 'error', key: row.key, property: 'state' });
  // The version that wrote it is back.
  const now = await store.get({ partitionKey: row.day, rowKey: row.key });
  if (now) await store.replace(entity, now.etag);
  await world.sweep();
  await world.deliverDue();
  expect(world.mails).toHaveLength(2);
});

test('a message is put off longer each time, however often its notification was put off otherwise', async () => {
  world = await openWorld();
  const row = await world.dueMessage();
  const waits: number[] = [];
  for (let poisoned = 0; poisoned < 3; poisoned += 1) {
    for (let often = 0; often < 25; often += 1) {
      const stored = await world.ledger.get(row);
      if (!stored) throw new Error('no row');
      const later = defer(
        stored.notification,
        world.now(),
        { reason: 'mailboxPaused' },
        world.now(),
      );
      await world.ledger.replace(later, stored.etag);
    }
    await settlePoisoned(row, world.poisonRoom);
    const { notBefore = '' } = (await world.stateOf(row)) ?? {};
    waits.push((Date.parse(notBefore) - world.now().getTime()) / 60_000);
    world.advance(6 * 3600);
  }
  expect(waits).toEqual([15, 30, 60]);
});

describe('a sweep counts what ended within a day without anybody being told', () => {
  const silent = { reason: null, activity: 'User registered security info' };
  const untold = () => swept()?.['untold'];

  test('by reason, and nothing else', async () => {
    world = await openWorld({
      EXCLUDED_USERS: 'MeganB@contoso.example',
      COPY_MANAGER: 'never',
    });
    await world.sweep();
    expect(swept()).toMatchObject({ untold: {}, metrics: { 'changes.untold': 0 } });
    world.simulator.directory.patch('DiegoS@contoso.example', { mail: null, otherMails: [] });
    for (const user of ['AdeleV', 'MeganB', 'DiegoS']) world.append(user);
    world.append('AlexW', silent);
    world.append('AlexW', { target: null, by: null });
    await world.pass(10);
    await world.sweep();
    expect(untold()).toEqual({ excludedUser: 1, noRecipient: 1, unconfirmed: 1, noTarget: 1 });
    expect(swept()).toMatchObject({ metrics: { 'changes.untold': 4 } });
    world.advance(days(1));
    await world.sweep();
    expect(untold()).toEqual({});
  });
});
