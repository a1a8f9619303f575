import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { type Bundle, bundle, entry } from './bundle.ts';
import { thirdPartyNotices } from './notices.ts';

/** What was written, and where. */
export interface Package extends Bundle {
  readonly folder: string;
  readonly zip: string;
  /** In the order of their names. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Writes what is deployed: the folder `package` and, of the same files, `security-info-notifier.zip`.
 * The same commit gives the same bytes. `templates/compiled.ts` must be there.
 */
export async function writePackage(root: string, out: string): Promise<Package> {
  const made = await bundle(root);
  const contents: [string, Uint8Array][] = [
    ['LICENSE', readFileSync(join(root, 'LICENSE'))],
    ['THIRD_PARTY_NOTICES.txt', strToU8(thirdPartyNotices(root, made.sources))],
    ['host.json', readFileSync(join(root, 'host.json'))],
    ...[...made.parts].map(([name, { code }]): [string, Uint8Array] => [name, code]),
    ['package.json', strToU8(manifest(root))],
  ];
  const files = new Map(contents.sort(([one], [other]) => (one < other ? -1 : 1)));
  const folder = join(out, 'package');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
  const zip = join(out, 'security-info-notifier.zip');
  writeFileSync(zip, zipped(files));
  return { ...made, folder, zip, files };
}

/** Without dependencies: there is nothing left to install. */
function manifest(root: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const engines = { node: '>=22.3' };
  return `${JSON.stringify({ name, version, license, type: 'module', main: entry, engines }, null, 2)}\n`;
}

const readable = 0o100644 << 16;

function zipped(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  // A zip has no time zone: a local time is the same bytes everywhere.
  const mtime = new Date(1980, 0, 1, 12);
  const entries: Zippable = Object.fromEntries(files);
  return zipSync(entries, { level: 9, mtime, os: 3, attrs: readable });
}
