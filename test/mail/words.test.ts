import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { chooseLanguage, fill } from '../../functions/mail/words.ts';
import { compile, problems } from '../../templates/build.ts';
import { cases, settings } from './cases.ts';

interface Tree {
  [name: string]: string | Tree;
}

const english: Tree = JSON.parse(
  await readFile(new URL('../../templates/words/en.json', import.meta.url), 'utf8'),
);

/** A language of one letter: every word is `ж`, every placeholder in the opposite order. */
function translate(tree: Tree): Tree {
  const entries = Object.entries(tree).map(([name, value]) => [
    name,
    typeof value === 'string'
      ? ['ж', ...(value.match(/\{\w+\}/g) ?? []).reverse()].join(' ')
      : translate(value),
  ]);
  return Object.fromEntries(entries);
}

const synthetic: Tree = {
  ...translate(english),
  language: 'uk',
  locale: 'uk',
  direction: 'ltr',
  start: 'left',
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
    const broken = { ...rest, late: 'zu spät', extra: 'x', sentence: ' ' };
    expect(problems('uk', broken as never, english as never)).toEqual([
      'uk.json: sentence is empty',
      'uk.json: late has no placeholders, English {duration}',
      'uk.json: footer is missing',
      'uk.json: extra is unknown',
    ]);
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
      expect(words.chooseLanguage('uk-UA', 'en')).toBe('uk');
      expect(words.chooseLanguage('fr', 'UK')).toBe('uk');
      const mail = render(compose({ ...cases['pass-by-administrator'], language: 'uk' }, settings));
      expect(mail.html).toContain('<html lang="uk" dir="ltr"');
      expect(mail.text).toContain('вівторок');
      const names =
        /Contoso|help desk|https\S+|the|Megan|Bowen|megan|admin|contoso|com|Adele|Vance|adelev|Europe|Berlin|UTC|[7F3K92QM]{4}/g;
      expect(mail.text.replaceAll(names, '')).not.toMatch(/[a-z]/i);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('chooseLanguage', () => {
  it.each([
    ['en', 'en'],
    ['EN-us', 'en'],
    ['en-Latn-GB', 'en'],
    ['xx', 'en'],
    ['', 'en'],
    [undefined, 'en'],
    ['constructor', 'en'],
  ])('of %s is %s', (preferred, chosen) => {
    expect(chooseLanguage(preferred, 'xx')).toBe(chosen);
  });
});
