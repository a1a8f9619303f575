import { isPollLate, type NextPoll } from '../config/schedule.ts';
import { type AppState, isDayDone } from '../ledger/progress.ts';
import { firstPage } from './report.ts';

/** How far a look at the report has come. Times are ISO 8601, UTC. */
export interface Progress {
  /** When the look began. */
  readonly at: string;
  /** When the last one began that came to its end; absent in the first. */
  readonly before?: string;
  /** When the report was made that it reads, and the one before. */
  readonly made?: string;
  readonly madeBefore?: string;
  /** Where to go on. Absent once all pages are read. */
  readonly next?: string;
  /** Read to its end, or given up: nothing is to be done until the next one. */
  readonly done: boolean;
  readonly pages: number;
  readonly people: number;
  readonly unreadable: number;
  /** Rows that were written. */
  readonly written: number;
  readonly transactions: number;
  /** Failures one after the other. */
  readonly failures: number;
  /** How often it had to begin anew. */
  readonly restarts: number;
  /** How many looks in a row ended with far fewer people than before. */
  readonly short: number;
  /** The look before, where its report was at fault. */
  readonly doubtedAt?: string;
  /** How many in a row left so many unexplained that the report is probably at fault. */
  readonly doubts: number;
}

const hourMs = 3_600_000;
const minuteMs = 60_000;
/** A tick may come a little early. */
const slackMs = 5 * minuteMs;
/** What has not come to its end by then is begun anew. */
export const longestMs = 48 * hourMs;

const fresh = {
  next: firstPage,
  done: false,
  pages: 0,
  people: 0,
  unreadable: 0,
  written: 0,
  transactions: 0,
  failures: 0,
  restarts: 0,
} as const;

/** The progress to go on with; undefined where no look is due. Pure. */
export function dueProgress(
  stored: Progress | undefined,
  everyHours: number,
  now: Date,
): Progress | undefined {
  if (!stored) return { ...fresh, at: now.toISOString(), short: 0, doubts: 0 };
  if (!stored.done) return stored;
  if (now.getTime() < Date.parse(stored.at) + everyHours * hourMs - slackMs) return undefined;
  const { before, madeBefore, doubtedAt, short, doubts } = stored;
  return {
    ...fresh,
    at: now.toISOString(),
    ...(before !== undefined && { before }),
    ...(madeBefore !== undefined && { madeBefore }),
    ...(doubtedAt !== undefined && { doubtedAt }),
    short,
    doubts,
  };
}

/** The same look from its first page on. Pure. */
export const fromTheStart = (progress: Progress): Progress => ({
  ...progress,
  next: firstPage,
  pages: 0,
  people: 0,
  unreadable: 0,
  restarts: progress.restarts + 1,
});

/** So long after the poll that should have come, in ms, whatever asks Graph stands back. */
const behindMs = 30 * minuteMs;
/** Until this hour of UTC the daily reading of the log has its turn. */
const sweepHours = 6;

/** Whether there is anything that has to come first: a poll that catches up, or did not come, the daily reading. Pure. */
export function standsBack(
  { polls, chores }: Pick<AppState, 'polls' | 'chores'>,
  now: Date,
  nextPoll: NextPoll,
): boolean {
  const poll = polls.watched?.value;
  if (!poll || poll.resumeFrom !== undefined || polls.updateUser?.value.resumeFrom !== undefined)
    return true;
  if (isPollLate(poll.polledAt, nextPoll, now, behindMs)) return true;
  return !isDayDone(chores, now) && now.getUTCHours() < sweepHours;
}
