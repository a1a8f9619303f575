import { type Ncrontab, NotNcrontab, parseNcrontab } from './ncrontab.ts';
import { comesEachHour, nextRun } from './nextRuns.ts';
import { setting, Wrong } from './parsers.ts';

/** A leap day has come and gone, whenever this is asked. */
const anyDay = new Date(0);

/**
 * A schedule of NCRONTAB's, as it stands: it is handed on to the host, which reads the same. What
 * never comes, or not in each hour, is refused: the overlap of the readings and the alerts count on it.
 */
export const schedule = (fallback: string) =>
  setting(
    fallback,
    (value) => {
      const problem = problemOf(value);
      if (!problem) return value;
      const shown = JSON.stringify(value.slice(0, 80));
      const fix = `Give six fields of NCRONTAB that come at least once an hour, such as "${fallback}"`;
      return new Wrong(`is ${shown}, which ${problem}. ${fix}`);
    },
    (value) => value,
  );

/** When a poll comes next after a time; undefined: never. */
export type NextPoll = (after: Date) => Date | undefined;

export function nextPollAfter({ POLL_SCHEDULE }: { readonly POLL_SCHEDULE: string }): NextPoll {
  const polls = parseNcrontab(POLL_SCHEDULE);
  return (after) => nextRun(polls, after);
}

/**
 * A tick comes some ms early, and by the clock of its host, which may be two seconds ahead of storage's: what has
 * polled so shortly before its time has polled. In ms.
 */
const aheadMs = 3_000;

/** Whether the poll that should have come after `last`, ISO 8601, is later by now than so many ms. Pure. */
export function isPollLate(last: string, nextPoll: NextPoll, now: Date, byMs: number): boolean {
  const due = nextPoll(new Date(Date.parse(last) + aheadMs));
  return due !== undefined && now.getTime() - due.getTime() > byMs;
}

function problemOf(value: string): string | undefined {
  let parsed: Ncrontab;
  try {
    parsed = parseNcrontab(value);
  } catch (error) {
    if (error instanceof NotNcrontab) return error.message;
    throw error;
  }
  if (!nextRun(parsed, anyDay)) return 'never comes: no date has such a day';
  return comesEachHour(parsed) ? undefined : gapOf(parsed);
}

/** Why it is too rare; with what a swapped range or a step has become. */
function gapOf({ hours, days, months, weekdays }: Ncrontab): string {
  if (hours.length < 24) return `comes in these hours only, in UTC: ${hours.join(', ')}`;
  if (weekdays.length < 7) return `comes on these days of the week only: ${weekdays.join(', ')}`;
  if (days.length < 31) return `comes on these days of the month only: ${days.join(', ')}`;
  return `comes in these months only: ${months.join(', ')}`;
}
