import { match } from '@formatjs/intl-localematcher';
import { onceNamed } from './intl.ts';

/** Tags of the languages that mails are written in: `templates/words/<tag>.json`. The build refuses any difference. */
export const languageTags: readonly string[] = [
  'ar',
  'bg',
  'cs',
  'da',
  'de',
  'el',
  'en',
  'es',
  'fi',
  'fr',
  'he',
  'hu',
  'id',
  'it',
  'ja',
  'ko',
  'nb',
  'nl',
  'pl',
  'pt-BR',
  'pt-PT',
  'ro',
  'ru',
  'sv',
  'th',
  'tr',
  'uk',
  'vi',
  'zh-Hans',
  'zh-Hant',
];

/** The language of last resort, and the one that all others are compared with. */
export const REFERENCE_LANGUAGE = 'en';

/**
 * The language to write in: the best of those there are for what is preferred (one BCP 47 tag, or
 * several separated by commas), by the rules of Unicode's CLDR: `de` for `de-AT`, `nb` for `no`. Else
 * the same for `fallback`, else English.
 */
export function chooseLanguage(preferred: string | undefined, fallback: string): string {
  return bestLanguage(preferred) ?? bestLanguage(fallback) ?? REFERENCE_LANGUAGE;
}

/**
 * How the reader's own tag writes dates in the language that was chosen: the first of the preferred tags
 * that is of this language and has a region. Undefined where none is: as the language has them.
 */
export function localeFor(preferred: string | undefined, language: string): string | undefined {
  const wish = wishIn(preferred);
  return (
    onceNamed(`locale ${language} ${wish}`, () => ownLocale(wish, language) ?? '') || undefined
  );
}

function ownLocale(wish: string, language: string): string | undefined {
  const chosen = new Intl.Locale(language).language;
  const own = tags(wish)
    .map((tag) => new Intl.Locale(tag))
    .find((one) => one.language === chosen && one.region);
  if (!own || Intl.DateTimeFormat.supportedLocalesOf(own.baseName).length === 0) return undefined;
  // A region may bring another calendar and other digits. Logs and references have these; Thai has its own.
  return chosen === 'th' ? own.baseName : `${own.baseName}-u-ca-gregory-nu-latn`;
}

const NONE = 'und';

/** The best of the languages there are, or undefined where none fits. */
// By itself: the matcher would take a default that fits exactly for a wish that fits nearly.
export function bestLanguage(wanted: string | undefined): string | undefined {
  const wish = wishIn(wanted);
  return onceNamed(`language ${wish}`, () => matching(wish) ?? '') || undefined;
}

function matching(wish: string): string | undefined {
  const wishes = tags(wish);
  const [first = NONE] = wishes;
  // It reads all of its rules first, which takes a process longer than everything else of the settings.
  if (languageTags.includes(first)) return first;
  const found = match(wishes, languageTags, NONE);
  return found === NONE ? undefined : found;
}

/** In characters: a dozen tags. Each is compared with every language there is. */
const LONGEST_WISH = 200;

const wishIn = (text = ''): string => text.slice(0, LONGEST_WISH);

/** What the directory holds is free text: only what is a tag counts. Other directories write `de_DE`, and are synchronised. */
const tags = (text: string): string[] =>
  text
    .replaceAll('_', '-')
    .split(/[,;\s]+/)
    .flatMap((part) => {
      try {
        return Intl.getCanonicalLocales(part);
      } catch {
        return [];
      }
    });
