import { UsageError } from '../command.ts';

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The moment that `--since` names. Throws `UsageError`. */
export function sinceOf(text: string, now: Date): Date {
  const [, count, unit] = /^(\d{1,4})([mhd])$/.exec(text) ?? [];
  if (count && unit)
    return new Date(now.getTime() - Number(count) * units[unit as 'm' | 'h' | 'd']);
  const day = new Date(/^\d{4}-\d\d-\d\d$/.test(text) ? text : Number.NaN);
  // A day that no month has would be one of the next.
  if (!Number.isNaN(day.getTime()) && dayOf(day) === text) return day;
  throw new UsageError(`--since is "${text}". Give 30m, 24h or 7d, or a day such as 2026-11-24`);
}

/** A time to the second. */
export const short = (time: string): string => `${time.slice(0, 19).replace('T', ' ')}Z`;

/** The UTC day of a time, or one that is so many days away. */
export const dayOf = (time: Date, days = 0): string =>
  new Date(time.getTime() + days * units.d).toISOString().slice(0, 10);
