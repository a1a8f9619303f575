import type { Ncrontab } from './ncrontab.ts';

/** In 40 years a leap day falls on each day of the week, even across a century that has none. */
const longestSearch = 41 * 366;
const dayMs = 86_400_000;

/** The first time after the second of `after` at which a schedule comes; undefined: never. */
export function nextRun(schedule: Ncrontab, after: Date): Date | undefined {
  const second = Math.floor(after.getTime() / 1000) * 1000;
  const midnight = second - (((second % dayMs) + dayMs) % dayMs);
  for (let passed = 0; passed < longestSearch; passed += 1) {
    const day = midnight + passed * dayMs;
    if (!comesOn(schedule, new Date(day))) continue;
    const time = firstTime(schedule, passed === 0 ? (second - day) / 1000 : -1);
    if (time !== undefined) return new Date(day + time * 1000);
  }
  return undefined;
}

/** The next so many runs; fewer, where there are none. */
export function nextRuns(schedule: Ncrontab, after: Date, count: number): Date[] {
  const runs: Date[] = [];
  for (let last: Date | undefined = after; runs.length < count; runs.push(last)) {
    last = nextRun(schedule, last);
    if (!last) break;
  }
  return runs;
}

/** Whether two runs are never more than an hour apart: only if it comes in each hour of each day. */
export const comesEachHour = ({ hours, days, months, weekdays }: Ncrontab): boolean =>
  hours.length === 24 && days.length === 31 && months.length === 12 && weekdays.length === 7;

const comesOn = ({ days, months, weekdays }: Ncrontab, day: Date): boolean =>
  days.includes(day.getUTCDate()) &&
  months.includes(day.getUTCMonth() + 1) &&
  weekdays.includes(day.getUTCDay());

/** The first time of a day after another, in seconds since midnight. */
function firstTime({ hours, minutes, seconds }: Ncrontab, after: number): number | undefined {
  for (const hour of hours) {
    if ((hour + 1) * 3600 <= after) continue;
    for (const minute of minutes) {
      const start = hour * 3600 + minute * 60;
      const second = seconds.find((one) => start + one > after);
      if (second !== undefined) return start + second;
    }
  }
  return undefined;
}
