import { expect, test } from 'vitest';
import { atMost } from '../functions/atMost.ts';
import { wait } from '../functions/wait.ts';

const timers = () => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
const hourMs = 3_600_000;

test('work that is done leaves no timer behind', async () => {
  const before = timers();
  await atMost(hourMs, Promise.resolve(), wait);
  expect(timers()).toBe(before);
});

test('who gives up waiting goes on at once', async () => {
  const over = new AbortController();
  const waiting = wait(hourMs, over.signal);
  over.abort();
  await expect(waiting).resolves.toBeUndefined();
});

test('what is never done is waited for no longer than that', async () => {
  const waited: number[] = [];
  await atMost(2000, new Promise(() => {}), async (ms) => {
    waited.push(ms);
  });
  expect(waited).toEqual([2000]);
});
