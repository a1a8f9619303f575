import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { captionScript, galleryScript, pageFiles, readPageFile, type Shown } from './gallery.ts';
import type { Kind } from './kind.ts';
import { dressed, schemes } from './looks.ts';
import { mailOf, type PreviewMail } from './mails.ts';
import type { PreviewOptions } from './options.ts';
import { firstScreenOf, type Photographer } from './photographer.ts';

type Say = (text: string) => void;

/**
 * Writes mails, pictures of them and the index page, and gives the page's path. Each photographer
 * works beside the others; without any, the page shows frames in place of pictures.
 */
export async function writePreview(
  { kinds, languages, out }: PreviewOptions,
  photographers: readonly Photographer[],
  say: Say,
): Promise<string> {
  await mkdir(join(out, 'captions'), { recursive: true });
  for (const [index, language] of languages.entries()) {
    const shown = await writeLanguage(language, kinds, out, photographers);
    await writeFile(join(out, 'captions', `${language}.js`), captionScript(language, shown));
    const count = shown.reduce((sum, { pictures }) => sum + pictures.length, 0);
    const pictures = count > 0 ? `, ${count} pictures` : '';
    say(`${index + 1} of ${languages.length}: ${language}, ${shown.length} mails${pictures}`);
  }
  await writeFile(join(out, 'gallery.js'), galleryScript({ kinds, languages }));
  if (photographers.length > 0) {
    await writeFile(join(out, 'first-screens.html'), firstScreensPage(kinds, languages));
  }
  for (const name of pageFiles) await writeFile(join(out, name), readPageFile(name) ?? '');
  return join(out, 'index.html');
}

/** A page of nothing but first screens: each kind in all languages, side by side. */
const firstScreensPage = (kinds: readonly Kind[], languages: readonly string[]): string => {
  const figure = (name: string, language: string) =>
    `<figure><img src="${firstScreenOf({ name, language })}" width="390" height="664" loading="lazy" alt=""><figcaption>${language}</figcaption></figure>`;
  const section = ({ name, title }: Kind) =>
    `<h2>${title}</h2>\n<div>${languages.map((one) => figure(name, one)).join('\n')}</div>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>What a phone shows first</title>
<style>:root { color-scheme: light dark } body { font: 14px sans-serif; margin: 16px } div { display: flex; flex-wrap: wrap; gap: 12px } figure { margin: 0 } img { box-sizing: border-box; max-width: 100%; height: auto; border: 1px solid #999; border-radius: 12px }</style>
</head><body><h1>What a phone shows first, 390 × 664</h1>
${kinds.map(section).join('\n')}
</body></html>
`;
};

/** The mails of a language, in the order of their kinds. */
async function writeLanguage(
  language: string,
  kinds: readonly Kind[],
  out: string,
  photographers: readonly Photographer[],
): Promise<Shown[]> {
  const shown: Shown[] = [];
  const left = [...kinds.entries()];
  const work = async (photographer?: Photographer) => {
    for (let next = left.shift(); next; next = left.shift()) {
      const [index, kind] = next;
      const mail = await mailOf(kind, language);
      await writeMail(mail, out, photographer === undefined);
      shown[index] = { mail, pictures: (await photographer?.take(mail, out)) ?? [] };
    }
  };
  await Promise.all(photographers.length > 0 ? photographers.map(work) : [work()]);
  return shown;
}

async function writeMail(mail: PreviewMail, out: string, framed: boolean): Promise<void> {
  const folder = join(out, 'mails', mail.language);
  await mkdir(folder, { recursive: true });
  const write = (ending: string, text: string) =>
    writeFile(join(folder, `${mail.name}.${ending}`), text);
  await write('html', mail.html);
  await write('txt', mail.text);
  await write('eml', mail.raw);
  if (!framed) return;
  for (const scheme of schemes) await write(`${scheme}.html`, dressed(mail.html, scheme));
}
