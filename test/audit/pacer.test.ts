import { expect, test } from 'vitest';
import { auditPacer, besideUnhurried, unhurried } from '../../functions/audit/pacer.ts';

/** Lets twelve requests start, the clock set by `jump` ms after the sixth, and gives the waits. */
async function waitsWith(jump: number): Promise<number[]> {
  let time = 0;
  const waits: number[] = [];
  const pace = auditPacer(
    () => new Date(time),
    async (ms) => {
      waits.push(ms);
      time += ms;
    },
  );
  for (let request = 1; request <= 12; request += 1) {
    await pace();
    time += 100;
    if (request === 6) time += jump;
  }
  return waits;
}

test('five requests start at once, the others as the first ones are over', async () => {
  const waits = await waitsWith(0);
  expect(waits[0]).toBe(10_000);
  expect(waits.reduce((sum, ms) => sum + ms)).toBeLessThan(2 * 10_500);
});

test.each([-600_000, 600_000])(
  'a clock that is set by %i ms makes nobody wait for it',
  async (jump) => {
    const waits = await waitsWith(jump);
    expect(Math.max(...waits)).toBeLessThanOrEqual(10_500);
  },
);

test('a poll leaves the daily reading its share, and takes all of it again afterwards', async () => {
  let time = 0;
  const starts: number[] = [];
  const pace = auditPacer(
    () => new Date(time),
    async (ms) => {
      time += ms;
    },
  );
  const start = async (requests?: number) => {
    await pace(requests);
    starts.push(time);
  };
  for (let request = 0; request < 9; request += 1) await start(besideUnhurried);
  expect(besideUnhurried + unhurried).toBe(5);
  expect(starts).toEqual([0, 0, 0, 10_500, 10_500, 10_500, 21_000, 21_000, 21_000]);
  for (let request = 0; request < 5; request += 1) await start();
  expect(starts.slice(9)).toEqual([21_000, 21_000, 31_500, 31_500, 31_500]);
});
