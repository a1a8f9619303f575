import { canonicalZone, dates, numbers, offsetName, onClockOf, zoneName } from '../intl.ts';
import { fill, type Words } from './words.ts';

const MINUTE = 60_000;
/** A mail that comes later than this after the change says so, in minutes. */
const LATE_MINUTES = 15;

/**
 * The instant that an audit time names, e.g. `2026-11-24T03:03:19.5796748Z`. Seven fractional digits
 * are cut to milliseconds. A time without a zone is UTC, as everything in the audit log is.
 * Undefined if the text is no such time.
 */
export function parseAuditTime(text: string): Date | undefined {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,3})?\d*(?:Z|\+00:00)?$/.exec(text.trim());
  if (!parts) return undefined;
  const instant = new Date(`${parts[1]}${parts[2] ?? ''}Z`);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

// Intl's narrow spaces are boxes in old fonts. What it doesn't let break, doesn't break.
const plainSpaces = (text: string): string =>
  text.replace(/[\u202F\u2009]|(?<=\d[:.]\d\d) (?=\p{L})/gu, '\u00A0');

const format = (
  time: Date,
  locale: string,
  timeZone: string,
  options: Intl.DateTimeFormatOptions,
): string => plainSpaces(dates(locale, options).format(onClockOf(timeZone, time)));

/** `timeZone`, or UTC where Intl doesn't know it: a mail in UTC is better than none. */
function knownZone(timeZone: string): string {
  try {
    canonicalZone(timeZone);
    return timeZone;
  } catch {
    return 'UTC';
  }
}

/** `20 December 2023`, of a day of UTC. */
export const longDate = (day: Date, words: Words): string =>
  format(day, words.locale, 'UTC', { dateStyle: 'long' });

const isUtc = (zoneId: string): boolean => ['UTC', 'Etc/UTC', 'GMT', 'Etc/GMT'].includes(zoneId);

/** `13:32 UTC`; with its date where that is another one than on the reader's clock. */
function utcTime(time: Date, zoneId: string, words: Words): string {
  const { locale } = words;
  const day = (zone: string) => format(time, locale, zone, { dateStyle: 'long' });
  const style = { timeStyle: 'short' } as const;
  const full = { ...style, dateStyle: 'long' } as const;
  return `${format(time, locale, 'UTC', day('UTC') === day(zoneId) ? style : full)} UTC`;
}

/** `Tuesday, 24 November 2026 at 04:03`, on the reader's clock: the one form that a mail has. */
export function timeText(time: Date, timeZone: string, { locale }: Words): string {
  const zoneId = knownZone(timeZone);
  const shown = format(time, locale, zoneId, { dateStyle: 'full', timeStyle: 'short' });
  return isUtc(zoneId) ? `${shown} UTC` : shown;
}

/**
 * The instant on the reader's clock, then which clock that is and the same in UTC: two lines, or one
 * where the reader's is everyone's.
 */
export function timeLines(time: Date, timeZone: string, words: Words): readonly string[] {
  const shown = timeText(time, timeZone, words);
  const zoneId = knownZone(timeZone);
  if (isUtc(zoneId)) return [shown];
  const zone = plainSpaces(zoneName(words.locale, zoneId));
  const utc = utcTime(time, zoneId, words);
  return [shown, zone ? fill(words.nameAndAddress, { name: zone, address: utc }) : utc];
}

/**
 * A span on the reader's clock: `Tuesday, 24 November 2026 at 09:00 – 10:00`, the day twice where it
 * isn't the same, the clock's distance from UTC where that changes in between (02:30 – 02:30 may be an
 * hour). Empty where both ends are the same minute.
 */
export function rangeText(start: Date, end: Date, timeZone: string, words: Words): string {
  const zone = knownZone(timeZone);
  const [from = '', to = ''] = [start, end].map((time) => timeText(time, zone, words));
  if (Math.floor(start.getTime() / MINUTE) === Math.floor(end.getTime() / MINUTE)) return '';
  const [winter, summer] = [start, end].map((time) => offsetName(zone, time));
  const pattern = words.temporaryAccessPass.range;
  if (winter !== summer) {
    return fill(pattern, { start: `${from} (${winter})`, end: `${to} (${summer})` });
  }
  const day = (time: Date) => format(time, 'en', zone, { dateStyle: 'short' });
  if (day(start) !== day(end)) return fill(pattern, { start: from, end: to });
  const short = format(end, words.locale, zone, { timeStyle: 'short' });
  return fill(pattern, { start: from, end: isUtc(zone) ? `${short} UTC` : short });
}

/** Minutes in words: `25 minutes`, `3 hours`, `2 days`, rounded down. */
function duration(minutes: number, words: Words): string {
  const [value, unit] =
    minutes < 120
      ? [minutes, 'minute']
      : minutes < 48 * 60
        ? [minutes / 60, 'hour']
        : [minutes / 1440, 'day'];
  const style = { style: 'unit', unit, unitDisplay: 'long' } as const;
  return plainSpaces(numbers(words.locale, style).format(Math.floor(value)));
}

/**
 * How late the mail is, in words, if more than 15 minutes passed between the change and our learning
 * of it. Both are UTC times as in the audit log. Undefined if it is in time, or a time is unreadable.
 */
export function lateness(changeTime: string, toldAt: string, words: Words): string | undefined {
  const changed = parseAuditTime(changeTime);
  const learned = parseAuditTime(toldAt);
  if (!changed || !learned) return undefined;
  const minutes = (learned.getTime() - changed.getTime()) / MINUTE;
  return minutes > LATE_MINUTES ? duration(minutes, words) : undefined;
}
