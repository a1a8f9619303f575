import { expect, test } from 'vitest';
import { atMost } from '../../../functions/atMost.ts';
import { VirtualClock } from './virtualClock.ts';

const start = new Date('2026-11-24T09:00:00Z');
const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

test('no time passes while a task works that has given up waiting', async () => {
  const clock = new VirtualClock(start);
  let worked: number | undefined;
  clock.at(start.getTime() + 1000, () => {});
  clock.task(async () => {
    await atMost(2000, clock.sleep(100), clock.sleep);
    await turns(20);
    worked = clock.time - start.getTime();
  });
  await clock.run(start.getTime() + 5000);
  expect(worked).toBe(100);
});

test('who waits in a process that is dead waits for ever, whatever he gives up', async () => {
  const clock = new VirtualClock(start);
  const life = clock.life();
  const woken: string[] = [];
  const over = new AbortController();
  clock.task(async () => {
    await life.sleep(1000, over.signal);
    woken.push('dead');
  });
  clock.task(async () => {
    await clock.sleep(10);
    life.kill();
    over.abort();
    await clock.sleep(2000);
    woken.push('alive');
  });
  await clock.run(start.getTime() + 5000);
  expect(woken).toEqual(['alive']);
});
