import { dates } from '../intl.ts';

/**
 * The time zone to tell a person's times in: that of their usage location where all of that
 * country has the same time at that moment, else the organisation's. `at` is ISO 8601.
 */
export function timeZoneFor(
  usageLocation: string | null | undefined,
  at: string,
  fallback: string,
): string {
  if (!usageLocation || !/^[A-Za-z]{2}$/.test(usageLocation)) return fallback;
  const zones = new Intl.Locale(`und-${usageLocation}`).getTimeZones?.() ?? [];
  const [first] = zones;
  if (first === undefined) return fallback;
  const times = new Set(zones.map((timeZone) => wallClock(timeZone, at)));
  if (times.size !== 1) return fallback;
  // The country's most general zone, not the one of an exclave that sorts first.
  return zones.includes(fallback) ? fallback : first;
}

const wallClock = (timeZone: string, at: string) =>
  dates('en', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(new Date(at));
