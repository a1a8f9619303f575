import { expect, test } from 'vitest';
import { reachDays } from '../../functions/intake/sweep.ts';
import { isTooOld } from '../../functions/ledger/transitions.ts';

const hourMs = 3_600_000;

test.each([1, 24, 72, 168, 720])(
  'a sweep reaches the longest that any mail may wait, where changes of %i hours are told',
  (maxAgeHours) => {
    const activity = Date.parse('2026-11-24T23:59:00Z');
    // Recorded as late as it is still told.
    const recorded = activity + maxAgeHours * hourMs;
    const row = { recordedAt: new Date(recorded).toISOString() };
    let hours = 0;
    while (!isTooOld(row, new Date(recorded + hours * hourMs), maxAgeHours)) hours += 1;
    const last = recorded + (hours - 1) * hourMs;
    const reached = new Date(last - reachDays(maxAgeHours) * 24 * hourMs).toISOString();
    expect(reached.slice(0, 10) <= '2026-11-24').toBe(true);
  },
);
