import { dates, numbers } from '../intl.ts';
import { fill, type Words } from './words.ts';

const MINUTE = 60_000;
/** A mail that comes later than this after the change says so, in minutes. */
export const LATE_MINUTES = 15;

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

// Intl joins with narrow and no-break spaces, which plain-text readers and old fonts show as boxes.
const plainSpaces = (text: string): string => text.replace(/[\u202F\u00A0\u2009]/g, ' ');

const format = (
  time: Date,
  locale: string,
  timeZone: string,
  options: Intl.DateTimeFormatOptions,
): string => plainSpaces(dates(locale, { ...options, timeZone }).format(time));

const zoneName = (time: Date, locale: string, timeZone: string): string =>
  plainSpaces(
    dates(locale, { timeZone, timeZoneName: 'long' })
      .formatToParts(time)
      .find((part) => part.type === 'timeZoneName')?.value ?? timeZone,
  );

/** `timeZone`, or UTC where Intl doesn't know it: a mail in UTC is better than none. */
function knownZone(timeZone: string): string {
  try {
    dates('en', { timeZone });
    return timeZone;
  } catch {
    return 'UTC';
  }
}

/** `24 November 2026 at 03:03 UTC`, in the language's habit. */
function utcTime(time: Date, words: Words): string {
  const text = format(time, words.locale, 'UTC', { dateStyle: 'long', timeStyle: 'short' });
  return fill(words.time.utc, { time: text });
}

/** `20 December 2023`, of a day of UTC. */
export const longDate = (day: Date, words: Words): string =>
  format(day, words.locale, 'UTC', { dateStyle: 'long' });

/** `Tuesday 24 November 2026 at 04:03`, on the reader's clock. */
const localTime = (time: Date, timeZone: string, words: Words): string =>
  format(time, words.locale, timeZone, { dateStyle: 'full', timeStyle: 'short' });

const isUtc = (zoneId: string): boolean => ['UTC', 'Etc/UTC', 'GMT', 'Etc/GMT'].includes(zoneId);

/** The instant on the reader's clock, in one line: the first of `timeLines`. */
export function shownTime(time: Date, timeZone: string, words: Words): string {
  const zoneId = knownZone(timeZone);
  return isUtc(zoneId) ? utcTime(time, words) : localTime(time, zoneId, words);
}

/**
 * The same instant for the reader's clock, which clock that is, and for everyone's: three lines, or
 * one where the reader's is everyone's.
 */
export function timeLines(time: Date, timeZone: string, words: Words): readonly string[] {
  const shown = shownTime(time, timeZone, words);
  const zoneId = knownZone(timeZone);
  if (isUtc(zoneId)) return [shown];
  const zone = zoneName(time, words.locale, zoneId);
  return [shown, fill(words.time.zone, { zone, zoneId }), utcTime(time, words)];
}

/**
 * A span on the reader's clock, `24 November 2026 at 09:00–10:00`, or one instant where both ends are
 * the same, and the zone's IANA name.
 */
export function span(
  start: Date,
  end: Date,
  timeZone: string,
  words: Words,
): { readonly time: string; readonly zone: string } {
  const zone = knownZone(timeZone);
  const style = { dateStyle: 'long', timeStyle: 'short', timeZone: zone } as const;
  const [from, to] = [start, end].map((time) => offset(time, zone));
  if (from === to) {
    return { time: plainSpaces(dates(words.locale, style).formatRange(start, end)), zone };
  }
  // The clocks change in between: 02:30–02:30 may be an hour.
  const ends = [start, end].map(
    (time) => `${format(time, words.locale, zone, style)} (${offset(time, zone)})`,
  );
  return { time: ends.join(' – '), zone };
}

/** `GMT+1`. */
const offset = (time: Date, timeZone: string): string | undefined =>
  dates('en', { timeZone, timeZoneName: 'shortOffset' })
    .formatToParts(time)
    .find(({ type }) => type === 'timeZoneName')?.value;

/** Minutes in words: `25 minutes`, `3 hours`, `2 days`, rounded down. */
export function duration(minutes: number, words: Words): string {
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
