import { match } from '@formatjs/intl-localematcher';
import { words as compiled, type en } from '../../templates/compiled.ts';
import { numbers, plurals } from '../intl.ts';

/** Every word of the mail in one language. `templates/words/en.json` says which there are. */
export type Words = typeof en;

const FALLBACK = 'en';
const languages: ReadonlyMap<string, Words> = new Map(Object.entries(compiled));

/**
 * The language to write in: the best of those there are for what is preferred (one BCP 47 tag, or
 * several separated by commas), by the rules of Unicode's CLDR: `de` for `de-AT`, `nb` for `no`. Else
 * the same for `fallback`, else English.
 */
export function chooseLanguage(preferred: string | undefined, fallback: string): string {
  return bestLanguage(preferred) ?? bestLanguage(fallback) ?? FALLBACK;
}

const NONE = 'und';

/** Tags of the languages that there are. */
export const languageTags: readonly string[] = [...languages.keys()];

/** The best of the languages there are, or undefined where none fits. */
// By itself: the matcher would take a default that fits exactly for a wish that fits nearly.
export function bestLanguage(wanted: string | undefined): string | undefined {
  const found = match(tags(wanted), languageTags, NONE);
  return found === NONE ? undefined : found;
}

/** In characters: a dozen tags. Each is compared with every language there is. */
const LONGEST_WISH = 200;

/** What the directory holds is free text: only what is a tag counts. */
const tags = (text = ''): string[] =>
  text
    .slice(0, LONGEST_WISH)
    .split(/[,;\s]+/)
    .flatMap((part) => {
      try {
        return Intl.getCanonicalLocales(part);
      } catch {
        return [];
      }
    });

/** The words of a language that `chooseLanguage` chose. Of any other: English. */
export function wordsFor(language: string): Words {
  const words = languages.get(language) ?? languages.get(FALLBACK);
  if (!words) throw new Error('templates/compiled.ts holds no English: run templates/build.ts');
  return words;
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
