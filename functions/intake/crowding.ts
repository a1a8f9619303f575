import { besideUnhurried, requestsPerMinute } from '../audit/pacer.ts';
import { pageSize } from '../audit/pages.ts';
import type { Log } from '../log.ts';

/** A busy poll repeats the latest minutes of the log, since rows arrive late, and reads one more. */
export const shortOverlapMinutes = 10;

/**
 * Watched rows a minute up to which a poll is over within a minute, at Graph's pace: about 1,300; and about 780
 * until the daily reading is done, which takes two of Graph's five requests meanwhile.
 */
export const rowsCeiling = (alone: boolean): number =>
  Math.floor(
    (requestsPerMinute(alone ? undefined : besideUnhurried) * pageSize) / (shortOverlapMinutes + 1),
  );

/** From this share of the ceiling on it is time for an event hub: setting one up takes a while. */
const dueShare = 0.7;

/**
 * Says that polls alone will soon fall behind, while they still keep up. `rowsPerMinute`: of ten minutes of the
 * log at least; `alone`: no daily reading is beside them. Nothing where an event hub brings the rows as well.
 */
export function reportCrowding(
  rowsPerMinute: number,
  alone: boolean,
  { eventHub, log }: { readonly eventHub: boolean; readonly log: Log },
): void {
  const ceiling = rowsCeiling(alone);
  if (eventHub || rowsPerMinute < dueShare * ceiling) return;
  const metrics = { 'audit.rows_per_minute': rowsPerMinute };
  log('warn', 'audit.crowded', { rowsPerMinute, ceiling }, metrics);
}
