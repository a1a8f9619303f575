import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kinds, languages, mailOf, type PreviewMail } from '../../local/preview/mails.ts';

const folder = join(import.meta.dirname, '..', 'golden');

test.each(kinds.map((kind) => [kind.name, kind] as const))(
  'the mail is as last reviewed: %s',
  async (name, kind) => {
    const { html, text, headers } = await mailOf(kind, 'en');
    await expect(html).toMatchFileSnapshot(join(folder, `${name}.html`));
    await expect(text).toMatchFileSnapshot(join(folder, `${name}.txt`));
    await expect(headers).toMatchFileSnapshot(join(folder, `${name}.headers.txt`));
  },
);

/** What somebody who knows the language reads through. */
const mostImportant = kinds.slice(0, 5);
const letter = ({ title, subject, text }: PreviewMail) => `=== ${title}\n${subject}\n\n${text}`;

test.each(languages)('the most important mails are as last reviewed: %s', async (language) => {
  const mails = await Promise.all(mostImportant.map((kind) => mailOf(kind, language)));
  const file = join(folder, 'languages', `${language}.txt`);
  await expect(mails.map(letter).join('\n')).toMatchFileSnapshot(file);
});

test('no file is left of a mail that there is no more', () => {
  const endings = ['html', 'txt', 'headers.txt'];
  const expected = kinds.flatMap(({ name }) => endings.map((ending) => `${name}.${ending}`));
  const found = readdirSync(folder).filter((name) => name !== 'languages');
  expect(found.sort()).toEqual(expected.sort());
  const texts = languages.map((language) => `${language}.txt`);
  expect(readdirSync(join(folder, 'languages')).sort()).toEqual(texts.sort());
});
