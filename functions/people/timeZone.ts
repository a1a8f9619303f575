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
  const zones = zonesOf(usageLocation.toUpperCase());
  const [first] = zones;
  if (first === undefined) return fallback;
  const times = new Set(zones.map((timeZone) => wallClock(timeZone, at)));
  if (times.size !== 1) return fallback;
  return zones.includes(fallback) ? fallback : (usual[usageLocation.toUpperCase()] ?? first);
}

/** Where the zone that sorts first is a province's, or goes by the name of another time. */
const usual: Readonly<Record<string, string>> = {
  AR: 'America/Buenos_Aires',
  CY: 'Asia/Nicosia',
  IN: 'Asia/Kolkata',
  MH: 'Pacific/Majuro',
  MM: 'Asia/Yangon',
  NP: 'Asia/Kathmandu',
  UA: 'Europe/Kyiv',
  UZ: 'Asia/Tashkent',
  VN: 'Asia/Ho_Chi_Minh',
};

/** Until Node 23 this was a property, under another name. */
interface OlderLocale {
  readonly timeZones?: readonly string[];
}

/** Asking takes longer than writing a mail. Bounded by the countries there are. */
const known = new Map<string, readonly string[]>();

function zonesOf(country: string): readonly string[] {
  const zones = known.get(country) ?? askForZones(country);
  known.set(country, zones);
  return zones;
}

function askForZones(country: string): readonly string[] {
  const locale = new Intl.Locale(`und-${country}`);
  return locale.getTimeZones?.() ?? (locale as OlderLocale).timeZones ?? [];
}

const wallClock = (timeZone: string, at: string) =>
  dates('en', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(new Date(at));
