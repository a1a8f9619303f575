import { expect, test } from 'vitest';
import { auditPacer } from '../../functions/audit/pacer.ts';

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
