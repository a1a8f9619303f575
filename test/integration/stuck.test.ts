import { describe, expect, test } from 'vitest';
import type { World } from './world.ts';
import { worlds } from './worlds.ts';

// The host holds what a killed process had in hand for ten minutes; here its message is gone for good.
const openWorld = worlds();
let world: World;

const revived = () => world.events.filter(({ event }) => event === 'notification.revived');

describe('a claim whose holder is gone', () => {
  test('is put back in line by the poll of another process, once, and told', async () => {
    world = await openWorld();
    const row = await world.dueMessage();
    await world.claimAndDie(row);
    await world.poll();
    expect(revived()).toHaveLength(0);
    world.advance(301);
    await world.poll();
    expect(revived()).toHaveLength(1);
    expect((await world.stateOf(row))?.state).toBe('unknown');
    // Nobody is there to take it: it stays in line, and nobody puts it there again.
    world.advance(60);
    await world.poll();
    await world.sweep();
    expect(revived()).toHaveLength(1);
    await world.deliverDue();
    expect(world.mails).toHaveLength(1);
    expect((await world.stateOf(row))?.state).toBe('sent');
  });

  test('is put back by whoever finds it first, poll or sweep, and by nobody else', async () => {
    world = await openWorld();
    const row = await world.dueMessage();
    await world.claimAndDie(row);
    world.advance(301);
    await Promise.all([world.sweep(), world.poll(), world.twin().sweep()]);
    expect(revived()).toHaveLength(1);
    expect(world.queue.take(world.now())).toEqual([row]);
  });

  test('whose mail had gone out is found in Sent Items, and not repeated', async () => {
    world = await openWorld();
    const row = await world.dueMessage();
    world.simulator.faults.set('sendMail', { kind: 'resetAfter', times: 1 });
    await world.deliver(row);
    await world.pass(10);
    expect(world.mails).toHaveLength(1);
    expect((await world.stateOf(row))?.outcome).toHaveProperty('foundInSentItems');
  });
});

test('a mail that nobody took, because its message is held, is put back after a minute or two', async () => {
  world = await openWorld();
  await world.dueMessage();
  world.advance(120);
  await world.poll();
  expect(revived()).toHaveLength(1);
  world.advance(60);
  await world.poll();
  expect(revived()).toHaveLength(1);
  await world.deliverDue();
  expect(world.mails).toHaveLength(1);
});

test('even while the log can’t be read', async () => {
  world = await openWorld();
  const row = await world.dueMessage();
  await world.claimAndDie(row);
  world.advance(301);
  world.simulator.faults.set('audit', { kind: '500' });
  await expect(world.poll()).rejects.toThrow();
  expect(revived()).toHaveLength(1);
  await world.deliverDue();
  expect(world.mails).toHaveLength(1);
});

test('once nothing is open and no slot is given, a poll looks at nothing', async () => {
  world = await openWorld();
  await world.dueMessage();
  await world.pass(10);
  let looks = 0;
  const { readOpen } = world.ledger;
  world.ledger.readOpen = function (...args) {
    looks += 1;
    return readOpen.apply(this, args);
  };
  for (let minute = 0; minute < 5; minute += 1) {
    world.advance(60);
    await world.poll();
  }
  expect(looks).toBe(0);
});
