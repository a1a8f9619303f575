import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Answer } from './answer.ts';

const folder = join(import.meta.dirname, 'page');

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The page's own files, by name and nothing else: no path of a request is ever opened. */
const names = new Set(readdirSync(folder).filter((name) => types[extname(name)]));

/** A file of the page; undefined where there is none of that name. Read anew: edits show at once. */
export function pageFile(path: string): Answer | undefined {
  const name = path === '/' ? 'index.html' : path.slice(1);
  const type = types[extname(name)];
  if (!names.has(name) || type === undefined) return undefined;
  return { kind: 'document', type, body: readFileSync(join(folder, name)) };
}
