import type { Ncrontab } from '../../functions/config/ncrontab.ts';
import { nextRun } from '../../functions/config/nextRuns.ts';

/**
 * What a host remembers of a timer. `next` is the occurrence that comes next, or is being run. Source:
 * azure-webjobs-sdk-extensions 2e7550f, ScheduleMonitor and TimerListener.
 */
export interface TimerStatus {
  /** undefined: it never ran by this schedule */
  readonly last?: Date | undefined;
  readonly next: Date;
  readonly lastUpdated?: Date | undefined;
}

/** What never comes has this for its next occurrence. */
const endOfTime = new Date('9999-12-31T23:59:59.999Z');

const after = (schedule: Ncrontab, time: Date) => nextRun(schedule, time) ?? endOfTime;

/** How a listener begins: with what, what of it is to be written down, and whether a run was missed. */
interface Beginning {
  readonly status: TimerStatus;
  readonly write?: TimerStatus;
  readonly isPastDue: boolean;
}

/** Compares what is remembered with the schedule, which may have been changed meanwhile. Pure. */
export function beginTimer(
  stored: TimerStatus | undefined,
  schedule: Ncrontab,
  now: Date,
): Beginning {
  if (!stored) {
    const status = { next: after(schedule, now) };
    return { status, write: { ...status, lastUpdated: now }, isPastDue: false };
  }
  const from = stored.last ?? stored.lastUpdated ?? now;
  const expected = after(schedule, from);
  if (expected.getTime() === stored.next.getTime()) {
    return { status: stored, isPastDue: now > stored.next };
  }
  // By another schedule: what is over by this one is not made up for.
  const isOver = now > expected;
  const next = isOver ? after(schedule, now) : expected;
  const status = { next, lastUpdated: isOver ? now : from };
  return { status, write: status, isPastDue: false };
}

/** What is remembered after a run. One that came early counts for its own occurrence. Pure. */
export function afterRun(
  before: TimerStatus,
  schedule: Ncrontab,
  { began, scheduled }: { readonly began: Date; readonly scheduled: boolean },
): TimerStatus {
  const last = scheduled && before.next > began ? before.next : began;
  return { last, next: after(schedule, last), lastUpdated: last };
}

/** Below a minute nothing is written down, so nothing is ever made up for. */
export const isMonitored = ({ seconds, minutes, hours, days, months, weekdays }: Ncrontab) =>
  !(
    seconds.length > 1 &&
    minutes.length === 60 &&
    hours.length === 24 &&
    days.length === 31 &&
    months.length === 12 &&
    weekdays.length === 7
  );
