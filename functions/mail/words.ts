import { texts, type Words } from '../../templates/compiled.ts';
import { numbers, plurals } from '../intl.ts';
import { REFERENCE_LANGUAGE } from '../languages.ts';

/** Every word of the mail in one language. `templates/words/en.json` says which there are. */
export type { Words };

const read = new Map<string, Words>();

function wordsOf(language: string): Words {
  const known = read.get(language);
  if (known) return known;
  const text = texts[language];
  if (text === undefined)
    throw new Error(`templates/compiled.ts holds no "${language}": run templates/build.ts`);
  const words = JSON.parse(text) as Words;
  read.set(language, words);
  return words;
}

/**
 * The words of a language that `chooseLanguage` chose. Of any other: English. `locale`: how dates and
 * numbers are written, where that isn't as the language has them.
 */
export function wordsFor(language: string, locale?: string): Words {
  const words = wordsOf(Object.hasOwn(texts, language) ? language : REFERENCE_LANGUAGE);
  return locale ? { ...words, locale } : words;
}

/**
 * Puts values into a pattern's `{placeholders}`, once: what a value holds is never a pattern. The gap
 * that an empty value leaves is closed. Throws an Error if the pattern names a value that isn't given.
 */
export function fill(pattern: string, values: Readonly<Record<string, string>>): string {
  const filled = pattern.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`No value for {${name}} in “${pattern}”`);
    return value;
  });
  return filled.replace(/ {2,}/g, ' ').trim();
}

/** The form of a pattern that goes with a number, and its `{count}` in the language's digits. */
export function fillPlural(
  forms: Readonly<Record<string, string>> & { readonly other: string },
  count: number,
  values: Readonly<Record<string, string>>,
  { locale }: Words,
): string {
  const form = forms[plurals(locale).select(count)] ?? forms.other;
  return fill(form, { ...values, count: numbers(locale).format(count) });
}

/**
 * A value that stands on its own. Among words that run from right to left, marks keep its own order:
 * without them an IPv6 address reads backwards.
 */
export const standalone = (value: string, { direction }: Words): string =>
  direction === 'rtl' && value !== '' ? `\u2068${value}\u2069` : value;
