const iso = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,7}))?Z$/;

/**
 * A UTC time with all seven fractional digits, so that times compare as strings: a Date would cut
 * them to milliseconds. Undefined when the text isn't such a time, or names a day that doesn't exist.
 */
export function normaliseTime(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  const [, seconds, fraction = ''] = iso.exec(text) ?? [];
  // .NET's calendar, which Graph reads times by, begins with the year 1.
  if (seconds === undefined || seconds.startsWith('0000')) return undefined;
  const parsed = new Date(`${seconds}Z`);
  if (Number.isNaN(parsed.getTime())) return undefined;
  // 31 April parses as 1 May: only a time that survives the round trip is one.
  if (parsed.toISOString().slice(0, 19) !== seconds) return undefined;
  return `${seconds}.${fraction.padEnd(7, '0')}Z`;
}

/** Entra's way to write a time: milliseconds of the date, then four more digits. */
export function writeTime(date: Date, ticks = 0): string {
  return `${date.toISOString().slice(0, -1)}${String(ticks).padStart(4, '0')}Z`;
}
