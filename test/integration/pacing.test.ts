import { expect, test } from 'vitest';
import type { World } from './world.ts';
import { worlds } from './worlds.ts';

const openWorld = worlds();
let world: World;

const one = { SENDER_MAILBOXES: 'security@contoso.example' };
const two = { SENDER_MAILBOXES: 'security@contoso.example,security2@contoso.example' };

const mailsTo = (mailbox: string) =>
  world.mails.filter(({ recipients }) => recipients.to.some((to) => to.startsWith(mailbox)));

/** Two hosts of the app deliver by turns, second by second. */
async function deliverFor(seconds: number) {
  const hosts = [world, world.twin()] as const;
  for (let second = 0; second < seconds; second += 1) {
    for (const [number, row] of world.queue.take(world.now()).entries()) {
      await hosts[(number + second) % 2]?.deliver(row);
    }
    world.advance(1);
  }
}

test('an urgent mail overtakes a backlog within seconds, and Exchange never has to refuse', async () => {
  world = await openWorld(one);
  world.happen('burst', { count: 60 });
  world.advance(6);
  await world.poll();
  await deliverFor(40);
  world.append('AdeleV', { activity: 'Admin registered security info', by: { id: 'x' } });
  await world.poll();
  const waiting = 60 - world.mails.length;
  expect(waiting).toBeGreaterThan(30);
  await deliverFor(9);
  expect(mailsTo('AdeleV')).toHaveLength(1);
  const overtaken = (await world.notifications()).filter(({ steps }) =>
    steps.some(({ cause }) => cause?.reason === 'slotPreempted'),
  );
  expect(overtaken).toHaveLength(1);
  await deliverFor(140);
  expect(world.mails).toHaveLength(61);
  expect(world.simulator.counts.throttled).toBe(0);
});

test('mails of a paused mailbox get slots of the other, which keeps to its rate', async () => {
  world = await openWorld(two);
  world.happen('burst', { count: 60 });
  world.advance(6);
  await world.poll();
  world.simulator.faults.set('sendMail', {
    kind: '429',
    retryAfter: 600,
    times: 1,
    mailbox: 'security@contoso.example',
  });
  await deliverFor(200);
  expect(world.mails).toHaveLength(60);
  // One mail was refused, in either host: the other host learned of it from the ledger.
  expect(world.simulator.counts.throttled).toBe(1);
  const { pauses } = await world.ledger.readState();
  expect(pauses).toMatchObject({ 'security@contoso.example': { perMinute: 24 } });
  world.happen('burst', { count: 20 });
  world.advance(6);
  await world.poll();
  const planned = (await world.notifications()).filter(({ state }) => state === 'pending');
  expect(new Set(planned.map(({ sender }) => sender))).toEqual(
    new Set(['security2@contoso.example']),
  );
});

test('a mail that was refused and may have left is not sent from another mailbox before it can be looked for', async () => {
  world = await openWorld(two);
  const row = await world.dueMessage();
  world.simulator.faults.set('sendMail', { kind: '503kept', retryAfter: 20, times: 1 });
  await world.deliver(row);
  // What Exchange keeps is in Sent Items some seconds later.
  const notBefore = new Date(world.now().getTime() + 20_000).toISOString();
  expect(await world.stateOf(row)).toMatchObject({ state: 'pending', notBefore });
  await world.pass(2);
  expect(world.mails).toHaveLength(1);
  expect((await world.stateOf(row))?.outcome).toHaveProperty('foundInSentItems');
});

test('a mailbox that is busy for a moment is asked again, and teaches nothing', async () => {
  world = await openWorld(one);
  const row = await world.dueMessage();
  world.simulator.faults.set('sendMail', { kind: '429', retryAfter: 1, times: 2 });
  await world.deliver(row);
  expect(world.mails).toHaveLength(1);
  expect(await world.stateOf(row)).toMatchObject({ state: 'sent', attempts: 1 });
  expect((await world.ledger.readState()).pauses).toEqual({});
  expect(world.events.map(({ event }) => event)).not.toContain('sender.paused');
});

test('a mailbox that stays busy keeps its mail and its rate', async () => {
  world = await openWorld(one);
  const row = await world.dueMessage();
  world.simulator.faults.set('sendMail', { kind: '429', retryAfter: 1, times: 7 });
  await world.deliver(row);
  expect(await world.stateOf(row)).toMatchObject({ state: 'pending', attempts: 0 });
  await deliverFor(10);
  expect(world.mails).toHaveLength(1);
  expect((await world.ledger.readState()).pauses).toEqual({});
});

test('what processes are refused within a minute is one lesson for all of them', async () => {
  world = await openWorld({ ...one, SEND_RATE_PER_MINUTE: '600' });
  const hosts = [world, world.twin(), world.twin(), world.twin()];
  for (const user of ['AdeleV', 'AlexW', 'LeeG', 'DiegoS']) world.append(user);
  await world.poll();
  world.advance(40);
  const due = world.queue.take(world.now());
  expect(due).toHaveLength(4);
  world.simulator.faults.set('sendMail', { kind: '429', retryAfter: 60, times: 4 });
  await Promise.all(due.map((row, host) => hosts[host]?.deliver(row)));
  expect(world.simulator.counts.throttled).toBe(4);
  const { pauses } = await world.ledger.readState();
  expect(pauses).toMatchObject({ 'security@contoso.example': { perMinute: 480 } });
  const slowed = hosts
    .flatMap(({ events }) => events)
    .filter(({ event }) => {
      return event === 'sender.slowed';
    });
  expect(slowed).toEqual([expect.objectContaining({ level: 'warn', sender: 1, perMinute: 480 })]);
});

test('a mail that misses its slot gets another, and Exchange never has to refuse', async () => {
  world = await openWorld(one);
  const hosts = Array.from({ length: 8 }, () => world.twin());
  world.happen('burst', { count: 40 });
  world.advance(6);
  await world.poll();
  // Nobody is there while half of the slots pass; then eight processes come at once.
  world.advance(60);
  for (let second = 0; second < 100; second += 1) {
    const due = world.queue.take(world.now());
    await Promise.all(due.map((row, number) => hosts[number % 8]?.deliver(row)));
    world.advance(1);
  }
  expect(world.mails).toHaveLength(40);
  expect(world.simulator.counts.throttled).toBe(0);
});

test('a mail that waits for a paused mailbox is looked at once, not in a circle', async () => {
  world = await openWorld(one);
  // A row that names no method: it has no slot of its own.
  const silent = 'User registered security info';
  world.append('AdeleV', { activity: silent, reason: silent });
  world.append('AlexW');
  await world.poll();
  world.simulator.faults.set('sendMail', { kind: '429', retryAfter: 600, times: 1 });
  await deliverFor(120);
  const { throttled } = world.simulator.counts;
  expect(throttled).toBe(1);
  const steps = (await world.notifications()).flatMap((row) => row.steps);
  expect(steps.filter(({ cause }) => cause?.reason === 'mailboxPaused').length).toBeLessThanOrEqual(
    2,
  );
});

test('what was recorded and not enqueued is enqueued by the next poll', async () => {
  world = await openWorld(one);
  world.append('AdeleV');
  const { enqueue } = world.queue;
  world.queue.enqueue = async () => {
    throw new Error('the queue is away');
  };
  await expect(world.poll()).rejects.toThrow('the queue is away');
  world.queue.enqueue = enqueue;
  world.advance(60);
  await world.poll();
  await deliverFor(5);
  expect(world.mails).toHaveLength(1);
});
