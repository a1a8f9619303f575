import { expect, test } from 'vitest';
import { Sends, sayFarewell } from '../../functions/send/sends.ts';
import { startAzurite } from '../../local/azurite.ts';
import { World } from './world.ts';

const soon = async () => {};
const never = () => new Promise<void>(() => {});

test('who closes waits for what is in flight, and nothing is begun any more', async () => {
  const sends = new Sends();
  const { promise, resolve } = Promise.withResolvers<string>();
  const send = sends.during(() => promise);
  let closed = false;
  const closing = sends.close(4000, never).then((left) => {
    closed = true;
    return left;
  });
  await Promise.resolve();
  expect(closed).toBe(false);
  let begun = false;
  expect(
    await sends.during(async () => {
      begun = true;
    }),
  ).toBeUndefined();
  expect(begun).toBe(false);
  resolve('sent');
  expect(await send).toBe('sent');
  expect(await closing).toBe(0);
});

test('it waits for a bounded time, and says how many are left', async () => {
  const sends = new Sends();
  void sends.during(never);
  void sends.during(() => Promise.reject(new Error('refused'))).catch(() => {});
  const events: unknown[] = [];
  await sayFarewell({ sends, wait: soon }, (...event) => events.push(event));
  expect(events).toEqual([['warn', 'sends.left', { left: 1 }]]);
});

test('what a process has not begun when it is told to go is another’s at once', async () => {
  const azurite = await startAzurite();
  const world = await World.open(azurite);
  try {
    const row = await world.dueMessage();
    await world.farewell();
    await world.deliver(row);
    expect(world.mails).toEqual([]);
    expect((await world.stateOf(row))?.state).toBe('pending');
    const successor = world.twin();
    await successor.deliverDue();
    expect(world.mails).toHaveLength(1);
  } finally {
    await world.close();
    await azurite.stop();
  }
});
