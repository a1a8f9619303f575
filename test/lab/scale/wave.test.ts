import { describe, expect, test } from 'vitest';
import { playMorning } from './morning.ts';
import { playWave } from './wave.ts';

describe('a day on which hundreds register a passkey, and one mailbox that bears one mail a minute', () => {
  test.each([false, true])(
    'tells all once, and is over when it was to be (event hub: %s)',
    async (eventHub) => {
      const outcome = await playWave({
        people: 700,
        days: 1,
        mailboxes: 1,
        copies: true,
        eventHub,
        ratePerMinute: 1,
      });
      expect(outcome.told.mails).toBeGreaterThan(700);
      expect([outcome.missed, outcome.repeated, outcome.left]).toEqual([0, 0, 0]);
      // The line outlasts the day's last registration, at six.
      expect(outcome.predictedDays).toBeGreaterThan(0.8);
      expect(Math.abs(outcome.emptyAfterDays / outcome.predictedDays - 1)).toBeLessThan(0.05);
      expect(Math.abs(outcome.longestLine / outcome.predictedLine - 1)).toBeLessThan(0.15);
      expect(outcome.urgent.count).toBeGreaterThan(0);
      // Its slot is a minute long.
      expect(outcome.urgent.max).toBeLessThan(70);
    },
    60_000,
  );

  test('tells all once where a look at people takes longer than a mail comes before its slot', async () => {
    const slow = { mailboxes: 1, copies: true, eventHub: false, ratePerMinute: 1, latencyMs: 2000 };
    const outcome = await playWave({ people: 400, days: 1, ...slow });
    expect(outcome.longestLine).toBeGreaterThan(50);
    expect([outcome.missed, outcome.repeated, outcome.left]).toEqual([0, 0, 0]);
  }, 60_000);
});

test('looking passkeys up does not keep polls from the log, whose limit they share', async () => {
  const outcome = await playMorning({ rows: 6000, changes: 600, hours: 0.1 });
  expect([outcome.throttled, outcome.lookUpsRefused, outcome.failed]).toEqual([0, 0, 0]);
  // Of 600 passkeys those that there is room for, beside polls that reserve nearly all of it.
  expect(outcome.lookUps).toBeGreaterThan(15);
  expect(outcome.missed).toBe(0);
  expect(outcome.max).toBeLessThan(120);
}, 60_000);
