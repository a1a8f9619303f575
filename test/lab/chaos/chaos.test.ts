import { expect, test } from 'vitest';
import { playStory } from './story.ts';

/** Two stories with their seeds; `npm run chaos` plays them for as long as you like. */
test.each([7, 1003])(
  'nothing is missing or told twice when everything goes wrong: seed %s',
  {
    timeout: 120_000,
  },
  async (seed) => {
    const { expected, mailed, givenUp, kills, problems } = await playStory(seed);
    expect(problems).toEqual([]);
    expect(expected).toBeGreaterThan(20);
    // Given up only where nobody may look whether a send got through.
    expect(mailed + givenUp).toBe(expected);
    expect(kills).toBeGreaterThan(0);
  },
);
