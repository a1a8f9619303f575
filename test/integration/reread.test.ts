import { expect, test } from 'vitest';
import { besideUnhurried } from '../../functions/audit/pacer.ts';
import { catchUp, reread } from '../../functions/intake/catchUp.ts';
import { noise } from '../lab/faults/noise.ts';
import type { World } from './world.ts';
import { worlds } from './worlds.ts';

const openWorld = worlds();
let world: World;

test('the daily reading of "Update user" covers its own span, however often another query stopped', async () => {
  world = await openWorld();
  world.advance(3600);
  world.append('AdeleV', {
    activity: 'Update user',
    service: 'Core Directory',
    reason: null,
    properties: [['StrongAuthenticationUserDetails', '[{}]', '[{"PhoneNumber":"+1 5550100"}]']],
  });
  noise(world, 1200, (index) => new Date(world.time.getTime() + index * 1000));
  world.advance(3600);
  const start = new Date(world.time.getTime() - 2 * 3_600_000).toISOString();
  const to = world.time.toISOString();
  // A run that is over as soon as it has begun: a page, and no more.
  const hasty = { ...world.reading, budgetMs: -1 };
  let left: Parameters<typeof reread>[1] = { watched: start, updateUser: start };
  const reached: (string | undefined)[] = [];
  for (let run = 0; run < 6 && Object.keys(left).length > 0; run += 1) {
    ({ left } = await reread(hasty, left, to));
    reached.push(left.updateUser);
  }
  expect(reached.slice(0, 2)).toEqual([start, start]);
  expect(reached.at(-1)).toBeUndefined();
  expect((await world.notifications()).map(({ changes }) => changes[0]?.method)).toEqual(['phone']);
});

test('until the reading of the day is over, a poll leaves it its share of the requests', async () => {
  world = await openWorld();
  const asked = new Set<number | undefined>();
  const pace = async (requests?: number) => {
    asked.add(requests);
  };
  const share = async () => {
    asked.clear();
    await catchUp({ ...world.reading, pace });
    return [...asked];
  };
  expect(await share()).toEqual([besideUnhurried]);
  await world.sweep();
  expect(await share()).toEqual([undefined]);
  world.advance(24 * 3600);
  expect(await share()).toEqual([besideUnhurried]);
  // Where no sweep has run since the day before yesterday, there is nobody to leave it to.
  world.advance(24 * 3600);
  expect(await share()).toEqual([undefined]);
});
