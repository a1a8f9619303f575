import { UsageError } from '../command.ts';

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The moment that `--since` names. Throws `UsageError`. */
export function sinceOf(text: string, now: Date): Date {
  const [, count, unit] = /^(\d{1,4})([mhd])$/.exec(text) ?? [];
  if (count && unit)
    return new Date(now.getTime() - Number(count) * units[unit as 'm' | 'h' | 'd']);
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(day)) return new Date(day);
  throw new UsageError(`--since is "${text}". Give 30m, 24h or 7d, or a day such as 2026-11-24`);
}

/** How long something takes or is ago, in the unit that suits it. */
export function span(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** A time to the second. */
export const short = (time: string): string => `${time.slice(0, 19).replace('T', ' ')}Z`;

/** The UTC day of a time, or one that is so many days away. */
export const dayOf = (time: Date, days = 0): string =>
  new Date(time.getTime() + days * units.d).toISOString().slice(0, 10);
