// Formatters are kept: making one costs a hundred times what using it does. But each takes 30 to 50 KB that no
// heap shows, so none is made for a language and a zone together. There are as many as languages and zones.

const made = new Map<string, unknown>();

function once<T>(kind: string, key: string, options: object, make: () => T): T {
  const name = `${kind} ${key} ${JSON.stringify(options)}`;
  const known = made.get(name) as T | undefined;
  if (known !== undefined) return known;
  const one = make();
  made.set(name, one);
  return one;
}

/** Writes dates as the clocks of UTC show them. Throws a RangeError for a locale that is none. */
export const dates = (
  locale: string,
  options: Omit<Intl.DateTimeFormatOptions, 'timeZone'>,
): Intl.DateTimeFormat =>
  once(
    'dates',
    locale,
    options,
    () => new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }),
  );

/** Writes numbers. Throws a RangeError for a locale that is none. */
export const numbers = (
  locale: string,
  options: Intl.NumberFormatOptions = {},
): Intl.NumberFormat =>
  once('numbers', locale, options, () => new Intl.NumberFormat(locale, options));

/** Picks plural forms. Throws a RangeError for a locale that is none. */
export const plurals = (locale: string): Intl.PluralRules =>
  once('plurals', locale, {}, () => new Intl.PluralRules(locale));

const nameIn = (format: Intl.DateTimeFormat, time?: Date): string =>
  format.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value ?? '';

/** A zone's distance from UTC at a time: `GMT+0`, `GMT+5:30`. Throws a RangeError for a zone that is none. */
export const offsetName = (timeZone: string, time: Date): string => {
  const make = () => new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'shortOffset' });
  return nameIn(once('offsets', timeZone, {}, make), time);
};

/** The moment at which a clock of UTC shows what a zone's clock shows at a time. Throws a RangeError. */
export function onClockOf(timeZone: string, time: Date): Date {
  const [, sign, ...parts] =
    /([+-])(\d+)(?::(\d+))?(?::(\d+))?$/.exec(offsetName(timeZone, time)) ?? [];
  const [hours = 0, minutes = 0, seconds = 0] = parts.map((part) => Number(part ?? 0));
  const distance = ((hours * 60 + minutes) * 60 + seconds) * 1000;
  return new Date(time.getTime() + (sign === '-' ? -distance : distance));
}

const names = new Map<string, string>();
/** Texts are small, but anybody may write a zone's name, or a language's, in many ways. */
const mostNames = 5000;

/** A text that takes long to find out, found out once. */
export function onceNamed(key: string, make: () => string): string {
  const name = names.get(key) ?? make();
  if (names.size >= mostNames) names.clear();
  names.set(key, name);
  return name;
}

/** What people call a zone, summer and winter: `Central European Time`. Throws a RangeError. */
export const zoneName = (locale: string, timeZone: string): string =>
  onceNamed(`${locale} ${timeZone}`, () =>
    nameIn(new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'longGeneric' })),
  );

/** The one name of a zone that has several: `Europe/Kyiv` → `Europe/Kiev`. Throws a RangeError. */
export const canonicalZone = (timeZone: string): string =>
  onceNamed(timeZone, () => new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone);
