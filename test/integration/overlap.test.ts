import { expect, test } from 'vitest';
import { noise } from '../lab/faults/noise.ts';
import type { World } from './world.ts';
import { worlds } from './worlds.ts';

const openWorld = worlds();
let world: World;

test('where the overlap takes many pages, all of it is read each ten minutes, and late rows are found', async () => {
  world = await openWorld();
  const windows = () =>
    world.simulator.requests
      .filter(({ query }) => !query.includes('skiptoken') && !query.includes('Update%20user%27'))
      .flatMap(({ query }) => /activityDateTime%20ge%20([^%]+)%20/.exec(query)?.[1] ?? [])
      .map((from) => Math.round((world.time.getTime() - Date.parse(from)) / 60_000));
  world.advance(3 * 3600);
  noise(world, 1600, (index) => new Date(world.time.getTime() - 50 * 60_000 + index * 1875));
  world.append('AdeleV', {}, 25);
  await world.poll();
  const reached: (number | undefined)[] = [];
  for (let minute = 1; minute <= 36; minute += 1) {
    world.advance(60);
    await world.poll();
    reached.push(windows().at(-1));
  }
  expect(reached.filter((minutes = 0) => minutes >= 60)).toHaveLength(3);
  expect(Math.max(...reached.filter((minutes = 0) => minutes < 60).map(Number))).toBeLessThan(50);
  await world.deliverDue();
  expect(world.mails).toHaveLength(1);
});
