import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { chooseLanguage, localeFor } from '../../functions/languages.ts';
import { fill } from '../../functions/mail/words.ts';
import { compile } from '../../templates/build.ts';
import { isolate, problems } from '../../templates/language.ts';
import { cases, settings } from './cases.ts';

interface Tree {
  [name: string]: string | Tree;
}

const english: Tree = JSON.parse(
  await readFile(new URL('../../templates/words/en.json', import.meta.url), 'utf8'),
);

const backwards = (text: string) => ['ж', ...(text.match(/\{\w+\}/g) ?? []).reverse()].join(' ');

/** A language of one letter: every word is `ж`, every placeholder in the opposite order. */
function translate(tree: Tree): Tree {
  const entries = Object.entries(tree).map(([name, value]) => {
    if (typeof value === 'string') return [name, backwards(value)];
    const { other } = value;
    if (typeof other !== 'string') return [name, translate(value)];
    // As in Ukrainian.
    return [
      name,
      Object.fromEntries(['one', 'few', 'many', 'other'].map((f) => [f, backwards(other)])),
    ];
  });
  return Object.fromEntries(entries);
}

const synthetic: Tree = {
  ...translate(english),
  language: 'uk',
  locale: 'uk',
  direction: 'ltr',
};

describe('fill', () => {
  it('puts values in once, and what they hold is no pattern', () => {
    expect(fill('{a} and {b}', { a: '{b}', b: '$1' })).toBe('{b} and $1');
  });

  it('closes the gap of an empty value, and refuses a missing one', () => {
    expect(fill('added {by} here {by}', { by: '' })).toBe('added here');
    expect(() => fill('{a}', {})).toThrow('{a}');
  });
});

describe('a language file', () => {
  it('is complete in English', () => {
    expect(problems('en', english as never, english as never)).toEqual([]);
  });

  it('is refused with file and key for every gap', () => {
    const { footer: _, ...rest } = synthetic;
    const plural = { one: '{count} ж', few: 'ж', other: '{count}', two: 'ж' };
    const broken = { ...rest, late: 'zu spät', extra: 'x', withheld: ' ', changes: plural };
    expect(problems('uk', broken as never, english as never)).toEqual([
      'uk.json: withheld is empty',
      'uk.json: late has no placeholders, English {duration}',
      'uk.json: footer is missing',
      'uk.json: changes.few has no placeholders, English {count}',
      'uk.json: changes.many is missing',
      'uk.json: changes.two is unknown',
      'uk.json: extra is unknown',
    ]);
  });

  it('may say small numbers in words', () => {
    const changes = { ...(synthetic['changes'] as Tree), one: 'одна' };
    expect(problems('uk', { ...synthetic, changes } as never, english as never)).toEqual([]);
  });

  it('keeps values in their own order where lines run from right to left', () => {
    const words = { direction: 'rtl', by: { x: '{name} ({url}) {what}' } };
    expect(isolate(words)).toEqual({
      direction: 'rtl',
      by: { x: '\u2068{name}\u2069 (\u2068{url}\u2069) {what}' },
    });
    expect(isolate({ ...words, direction: 'ltr' })).toEqual({ ...words, direction: 'ltr' });
  });
});

describe('a second language', () => {
  afterEach(() => vi.doUnmock('../../templates/compiled.ts'));

  it('needs no code: a file of words makes whole mails', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'words-'));
    try {
      await writeFile(join(folder, 'en.json'), JSON.stringify(english));
      await writeFile(join(folder, 'uk.json'), JSON.stringify(synthetic));
      const compiled = join(folder, 'compiled.ts');
      await writeFile(compiled, await compile(folder));
      vi.resetModules();
      vi.doMock('../../templates/compiled.ts', () => import(/* @vite-ignore */ compiled));
      const words = await import('../../functions/mail/words.ts');
      const { compose } = await import('../../functions/mail/compose.ts');
      const { render } = await import('../../functions/mail/render.ts');
      expect(words.wordsFor('uk').language).toBe('uk');
      const mail = render(compose({ ...cases['pass-by-administrator'], language: 'uk' }, settings));
      expect(mail.html).toContain('<html lang="uk" dir="ltr"');
      expect(mail.text).toContain('вівторок');
      const names =
        /Contoso|help desk|mysignins\S+|the|Megan|Bowen|megan|admin|contoso|com|Adele|Vance|adelev|Europe|Berlin|UTC|[7F3K92QM]{4}/g;
      expect(mail.text.replaceAll(names, '')).not.toMatch(/[a-z]/i);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('localeFor', () => {
  it.each([
    ['en-US', 'en', 'en-US-u-ca-gregory-nu-latn'],
    ['de-AT, en-US', 'de', 'de-AT-u-ca-gregory-nu-latn'],
    ['en', 'en', undefined],
    ['ca-ES', 'es', undefined],
    ['ar-SA', 'ar', 'ar-SA-u-ca-gregory-nu-latn'],
    ['th-TH', 'th', 'th-TH'],
    ['de_AT', 'de', 'de-AT-u-ca-gregory-nu-latn'],
    [undefined, 'en', undefined],
  ])('of %s, where the mail is in %s, is %s', (preferred, language, locale) => {
    expect(localeFor(preferred, language)).toBe(locale);
  });
});

describe('chooseLanguage', () => {
  it.each([
    ['en', 'en'],
    ['EN-us', 'en'],
    ['en-Latn-GB', 'en'],
    ['de-AT', 'de'],
    ['de_AT', 'de'],
    ['zh_TW', 'zh-Hant'],
    ['no', 'nb'],
    ['nn-NO', 'nb'],
    ['iw', 'he'],
    ['pt-PT', 'pt-PT'],
    ['pt', 'pt-BR'],
    ['fr-CA', 'fr'],
    ['es-419', 'es'],
    ['zh-CN', 'zh-Hans'],
    ['zh-SG', 'zh-Hans'],
    ['zh-TW', 'zh-Hant'],
    ['zh-HK', 'zh-Hant'],
    ['ko-KR', 'ko'],
    ['sw, fi;q=0.8', 'fi'],
    ['uk-UA', 'uk'],
    ['xx', 'sv'],
    ['', 'sv'],
    [undefined, 'sv'],
    ['constructor', 'sv'],
    ['de_AT\r\n<b>', 'de'],
    ['de+AT\r\n<b>', 'sv'],
  ])('of %s, where Swedish is the default, is %s', (preferred, chosen) => {
    expect(chooseLanguage(preferred, 'sv-SE')).toBe(chosen);
  });

  it('is English where the default is unknown, too', () => {
    expect(chooseLanguage('xx', 'yy')).toBe('en');
  });
});
