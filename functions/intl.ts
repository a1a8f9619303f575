/** Each is made once: making one costs a hundred times what using it does. Bounded by the zones and languages there are. */
const made = new Map<string, unknown>();

function once<T>(kind: string, locale: string, options: object, make: () => T): T {
  const key = `${kind} ${locale} ${JSON.stringify(options)}`;
  if (!made.has(key)) made.set(key, make());
  return made.get(key) as T;
}

/** Writes dates. Throws a RangeError for a locale or a time zone that is none. */
export const dates = (locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  once('dates', locale, options, () => new Intl.DateTimeFormat(locale, options));

/** Writes numbers. Throws a RangeError for a locale that is none. */
export const numbers = (
  locale: string,
  options: Intl.NumberFormatOptions = {},
): Intl.NumberFormat =>
  once('numbers', locale, options, () => new Intl.NumberFormat(locale, options));

/** Picks plural forms. Throws a RangeError for a locale that is none. */
export const plurals = (locale: string): Intl.PluralRules =>
  once('plurals', locale, {}, () => new Intl.PluralRules(locale));
