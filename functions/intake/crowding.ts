import { besideUnhurried, requestsPerMinute } from '../audit/pacer.ts';
import { pageSize } from '../audit/pages.ts';
import type { Log } from '../log.ts';

/** A busy poll repeats the latest minutes of the log, since rows arrive late, and reads one more. */
export const shortOverlapMinutes = 10;
/** How often "Update user" is asked for: nearly all of its rows mean nothing. */
export const updateUserMinutes = 5;

/**
 * Watched rows a minute up to which a poll is over within a minute, at Graph's pace: about 1,300; and about 780
 * until the daily reading is done, which takes two of Graph's five requests meanwhile.
 */
export const rowsCeiling = (alone: boolean): number =>
  Math.floor(
    (requestsPerMinute(alone ? undefined : besideUnhurried) * pageSize) / (shortOverlapMinutes + 1),
  );

/** What a row of "Update user" takes of a poll, against a watched one: it is read less often. */
const updateUserShare = (shortOverlapMinutes / updateUserMinutes + 1) / (shortOverlapMinutes + 1);

/** Rows in a minute of the log, of ten minutes of it at least; those of each query. */
interface Crowd {
  readonly watched: number;
  readonly updateUser: number;
}

/** From this share of the ceiling on it is time for an event hub: setting one up takes a while. */
const dueShare = 0.7;

/**
 * Says that polls alone will soon fall behind, while they still keep up. `alone`: no daily reading is beside
 * them. Nothing where an event hub brings the rows as well.
 */
export function reportCrowding(
  { watched, updateUser }: Crowd,
  alone: boolean,
  { eventHub, log }: { readonly eventHub: boolean; readonly log: Log },
): void {
  const ceiling = rowsCeiling(alone);
  const rowsPerMinute = Math.round(watched + updateUserShare * updateUser);
  if (eventHub || rowsPerMinute < dueShare * ceiling) return;
  const metrics = { 'audit.rows_per_minute': rowsPerMinute };
  log('warn', 'audit.crowded', { rowsPerMinute, watched, updateUser, ceiling }, metrics);
}
