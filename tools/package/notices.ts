import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const head = `This app holds code of the packages below, each under the licence that follows its name.
`;
const line = '-'.repeat(80);

/**
 * The licences of all packages that a bundle holds code of: MIT, Apache and BSD all want them kept
 * with it. Throws an Error naming a package whose licence can't be told.
 */
export function thirdPartyNotices(root: string, sources: readonly string[]): string {
  const folders = new Set(sources.flatMap((path) => packageFolder(path) ?? []));
  return [head, ...[...folders].sort().map((folder) => notice(root, folder))].join(`${line}\n`);
}

/** The innermost package that a file belongs to; none for the app's own. */
export const packageFolder = (path: string): string | undefined =>
  /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0];

function notice(root: string, folder: string): string {
  const read = (file: string) => readFileSync(join(root, folder, file), 'utf8');
  const { name, version, license, author } = JSON.parse(read('package.json')) as {
    name: string;
    version: string;
    license?: string;
    author?: string | { readonly name: string };
  };
  const texts = readdirSync(join(root, folder))
    .filter((file) => /^(licen[cs]e|copying|notice|copyrightnotice)(\.(md|txt))?$/i.test(file))
    .sort()
    .map(read);
  if (texts.length === 0) {
    // It only names its licence; the text of MIT is our own.
    const holder = typeof author === 'object' ? author.name : author;
    if (license !== 'MIT' || !holder) throw new Error(`${folder} does not say its licence.`);
    const own = readFileSync(join(root, 'LICENSE'), 'utf8');
    texts.push(own.replace(/^Copyright.*$/m, () => `Copyright (c) ${holder}`));
  }
  const words = texts.map((text) => text.replaceAll('\r\n', '\n').trim());
  return `${name} ${version} (${license})\n\n${words.join('\n\n')}\n`;
}
