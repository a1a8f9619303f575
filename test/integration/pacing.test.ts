import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import { World } from './world.ts';

let azurite: Azurite;
let world: World;

beforeAll(async () => {
  azurite = await startAzurite();
});
afterEach(() => world.close());
afterAll(() => azurite.stop());

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
  world = await World.open(azurite, one);
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
    steps.some(({ note }) => note === 'made way for an urgent one'),
  );
  expect(overtaken).toHaveLength(1);
  await deliverFor(140);
  expect(world.mails).toHaveLength(61);
  expect(world.simulator.counts.throttled).toBe(0);
});

test('mails of a paused mailbox get slots of the other, which keeps to its rate', async () => {
  world = await World.open(azurite, two);
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

test('a mail that waits for a paused mailbox is looked at once, not in a circle', async () => {
  world = await World.open(azurite, one);
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
  expect(steps.filter(({ note }) => note === 'mailbox paused').length).toBeLessThanOrEqual(2);
});

test('what was recorded and not enqueued is enqueued by the next poll', async () => {
  world = await World.open(azurite, one);
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
