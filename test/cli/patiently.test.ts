import { expect, test } from 'vitest';
import { patience } from '../../cli/patiently.ts';
import { GraphFailure } from '../../functions/graph/failure.ts';

test.each([
  [600_000, 6, 5],
  [600_001, 1, 0],
  [24 * 3_600_000, 1, 0],
])(
  'a command waits as long as Graph asks, ten minutes at most: %i ms',
  async (retryAfterMs, tries, waits) => {
    const waited: number[] = [];
    let tried = 0;
    const patiently = patience(async (ms) => void waited.push(ms));
    const failure = new GraphFailure('throttled', { status: 429, retryAfterMs });
    const asked = patiently(async () => {
      tried += 1;
      throw failure;
    });
    await expect(asked).rejects.toBe(failure);
    expect([tried, waited]).toEqual([tries, Array(waits).fill(retryAfterMs)]);
  },
);
