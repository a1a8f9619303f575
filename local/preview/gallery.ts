import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kind } from './kind.ts';
import { schemes, widths } from './looks.ts';
import type { PreviewMail } from './mails.ts';
import type { Picture } from './photographer.ts';

const local = join(import.meta.dirname, '..');
const own = join(import.meta.dirname, 'page');

/** The files of the index page that are the same for all mails, and their folders. */
const folders: Readonly<Record<string, string>> = {
  'index.html': own,
  'preview.css': own,
  'preview.js': own,
  'base.css': join(local, 'inbox', 'page'),
  'page.css': join(local, 'inbox', 'page'),
  'controls.css': join(local, 'inbox', 'page'),
};

export const pageFiles: readonly string[] = Object.keys(folders);

/** A file of the index page; undefined where there is none of that name. Read anew each time. */
export function readPageFile(name: string): Buffer | undefined {
  const folder = Object.hasOwn(folders, name) ? folders[name] : undefined;
  return folder === undefined ? undefined : readFileSync(join(folder, name));
}

interface Gallery {
  readonly kinds: readonly Kind[];
  readonly languages: readonly string[];
  /** Where a link leads back to. */
  readonly home?: string;
}

/**
 * What the index page offers, as a script: a page that is opened from a folder may load scripts, and
 * nothing else.
 */
export function galleryScript({ kinds, languages, ...rest }: Gallery): string {
  const facts = {
    ...rest,
    schemes,
    widths,
    kinds: kinds.map(({ name, title }) => ({ name, title })),
    languages: languages.map((tag) => ({ tag, name: ownName(tag) })),
  };
  return `globalThis.gallery = ${JSON.stringify(facts)};\n`;
}

/** A mail with the pictures of it, if any. */
export interface Shown {
  readonly mail: PreviewMail;
  readonly pictures: readonly Picture[];
}

/** What the index page says of the mails in one language, as a script. */
export function captionScript(language: string, shown: readonly Shown[]): string {
  const captions = shown.map(({ mail: { name, subject, preheader }, pictures }) => [
    name,
    {
      subject,
      preheader,
      pictures: Object.fromEntries(pictures.map(({ look, ...of }) => [look, of])),
    },
  ]);
  const all = JSON.stringify(Object.fromEntries(captions));
  return `globalThis.takeCaptions(${JSON.stringify(language)}, ${all});\n`;
}

/** A language in its own words, after its tag's. */
function ownName(tag: string): string {
  const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
  return name === tag ? tag : `${name} (${tag})`;
}
