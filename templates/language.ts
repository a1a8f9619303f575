/** Words of one language: texts by name, in groups. */
export interface WordTree {
  readonly [name: string]: string | WordTree;
}

/** Every language's words by its tag, in the order of the tags. */
export type Languages = ReadonlyMap<string, WordTree>;

/** Placeholders that stand for the language's own words. */
const OWN_WORDS = new Set(['what', 'duration', 'label', 'value', 'first', 'more', 'start', 'end']);
const PLURAL = new Set(['zero', 'one', 'two', 'few', 'many', 'other']);
/** Forms that may say the number in a word: “two accounts”. */
const WORDED = /\.(zero|one|two)$/;

/**
 * What is wrong with a language, compared with English: keys that lack or are unknown, empty texts,
 * other placeholders, plural forms that the language hasn't or lacks, a wrong tag or direction. One
 * line for each problem, with file and key. Empty if all is well.
 */
export function problems(tag: string, words: WordTree, english: WordTree): readonly string[] {
  const texts = flatten(words);
  const found: string[] = [];
  const locale = texts.get('locale') ?? '';
  if (texts.get('language') !== tag) found.push(`language is not ${tag}`);
  if (!isLocale(locale)) found.push('locale is no BCP 47 tag that Intl knows');
  const expected = withPlurals(english, pluralForms(isLocale(locale) ? locale : 'en'));
  for (const [key, text] of expected) {
    const own = texts.get(key);
    if (own === undefined) found.push(`${key} is missing`);
    else if (own.trim() === '') found.push(`${key} is empty`);
    else if (!fits(key, own, text)) {
      found.push(
        `${key} has ${placeholders(own) || 'no placeholders'}, English ${placeholders(text) || 'none'}`,
      );
    }
  }
  for (const key of texts.keys()) if (!expected.has(key)) found.push(`${key} is unknown`);
  if (!['ltr', 'rtl'].includes(texts.get('direction') ?? '')) {
    found.push('direction is neither ltr nor rtl');
  }
  return found.map((problem) => `${tag}.json: ${problem}`);
}

/**
 * Where lines run from right to left, puts every value between marks that keep its own order: without
 * them `+49 30 5550` reads backwards. Other languages stay as they are.
 */
export function isolate(words: WordTree): WordTree {
  if (words['direction'] !== 'rtl') return words;
  const each = (tree: WordTree): WordTree =>
    Object.fromEntries(
      Object.entries(tree).map(([name, value]) => [
        name,
        typeof value === 'string'
          ? value.replace(/\{(\w+)\}/g, (all, placeholder: string) =>
              OWN_WORDS.has(placeholder) ? all : `\u2068${all}\u2069`,
            )
          : each(value),
      ]),
    );
  return each(words);
}

function flatten(words: WordTree, prefix = ''): Map<string, string> {
  const entries = Object.entries(words).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + name, value]] : [...flatten(value, `${prefix}${name}.`)],
  );
  return new Map(entries);
}

const isPlural = (value: string | WordTree): value is WordTree =>
  typeof value !== 'string' && Object.keys(value).every((name) => PLURAL.has(name));

/** The texts of English, with the plural forms of another language in place of its own. */
function withPlurals(words: WordTree, forms: readonly string[]): Map<string, string> {
  const each = (tree: WordTree): WordTree =>
    Object.fromEntries(
      Object.entries(tree).map(([name, value]) => {
        if (typeof value === 'string') return [name, value];
        if (!isPlural(value)) return [name, each(value)];
        const other = value['other'] ?? '';
        return [name, Object.fromEntries(forms.map((form) => [form, other]))];
      }),
    );
  return flatten(each(words));
}

const pluralForms = (locale: string): readonly string[] =>
  new Intl.PluralRules(locale).resolvedOptions().pluralCategories;

function fits(key: string, own: string, text: string): boolean {
  const [ours, theirs] = [placeholders(own), placeholders(text)];
  return ours === theirs || (WORDED.test(key) && ours === theirs.replace(/ ?\{count\}/, ''));
}

/** The names in braces, sorted: `{name} {url}`. A language may change their order, and use one twice. */
const placeholders = (text: string): string =>
  [...new Set(text.match(/\{\w*\}/g) ?? [])].sort().join(' ');

function isLocale(tag: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}
