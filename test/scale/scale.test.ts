import { beforeAll, describe, expect, test } from 'vitest';
import { type Outcome, simulate, weekEpisodes } from './simulate.ts';

describe('a busy day of 2,000 users, with three outages', () => {
  let outcome: Outcome;

  beforeAll(async () => {
    outcome = await simulate({
      users: 2000,
      days: 1,
      campaign: 0.2,
      seed: 1,
      senders: 2,
      instances: 2,
      episodes: weekEpisodes(2, 1),
    });
  }, 60_000);

  test('happens as it was planned', () => {
    expect(outcome.log.changes.length).toBeGreaterThan(400);
    expect(outcome.refusedInEpisodes).toBeGreaterThan(50);
    expect(outcome.runs.pollFailed).toBeGreaterThanOrEqual(29);
  });

  test('is told of whole, and once', () => {
    expect(outcome.missed).toEqual([]);
    expect(outcome.repeated).toEqual([]);
    expect(outcome.left + outcome.poisoned).toBe(0);
  });

  test('breaks no limit of Exchange or Graph', () => {
    expect(outcome.throttled).toBe(0);
    expect(outcome.mostAtOnce).toBeLessThanOrEqual(4);
  });
});
