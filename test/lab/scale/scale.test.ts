import { beforeAll, describe, expect, test } from 'vitest';
import { type Outcome, simulate, weekEpisodes } from './simulate.ts';

describe('a busy day of 2,000 users, with three outages', () => {
  let outcome: Outcome;

  beforeAll(async () => {
    outcome = await simulate({
      users: 2000,
      days: 1,
      campaign: 0.1,
      seed: 1,
      senders: 2,
      instances: 2,
      episodes: weekEpisodes(2, 1),
    });
  }, 60_000);

  test('happens as it was planned', () => {
    expect(outcome.log.changes.length).toBeGreaterThan(200);
    expect(outcome.refusedInEpisodes).toBeGreaterThan(30);
    expect(outcome.runs.pollFailed).toBeGreaterThanOrEqual(29);
  });

  test('is told of whole, and once', () => {
    expect(outcome.missed).toEqual([]);
    expect(outcome.repeated).toEqual([]);
    expect(outcome.left + outcome.poisoned).toBe(0);
  });

  test('breaks no limit of Exchange', () => {
    expect(outcome.throttled.sends).toBe(0);
    expect(outcome.mostAtOnce).toBeLessThanOrEqual(4);
  });

  test('is hardly ever told to read more slowly', () => {
    // A poll and the sweep of the day each keep Graph's pace; together they may break it.
    expect(outcome.throttled.reads).toBeLessThan(10);
  });
});
