import { words as compiled, type en } from '../../templates/compiled.ts';

/** Every word of the mail in one language. `templates/words/en.json` says which there are. */
export type Words = typeof en;

const FALLBACK = 'en';
const languages: ReadonlyMap<string, Words> = new Map(Object.entries(compiled));

/**
 * The language to write in: the one preferred, else its base language (`de` for `de-AT`), else the
 * same of `fallback`, else English. Tags are compared without case.
 */
export function chooseLanguage(preferred: string | undefined, fallback: string): string {
  return find(preferred) ?? find(fallback) ?? FALLBACK;
}

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

function find(tag: string | undefined): string | undefined {
  for (let wanted = tag?.trim().toLowerCase(); wanted; wanted = parent(wanted)) {
    const found = [...languages.keys()].find((language) => language.toLowerCase() === wanted);
    if (found) return found;
  }
  return undefined;
}

/** `zh-hant` for `zh-hant-tw`; undefined for a bare language. */
function parent(tag: string): string | undefined {
  const end = tag.lastIndexOf('-');
  return end > 0 ? tag.slice(0, end) : undefined;
}
