import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { build, isStale } from '../../../local/host/entries.ts';
import { type Package, writePackage } from '../../../tools/package/write.ts';

export const root = join(import.meta.dirname, '..', '..', '..');

/** A package made for a test, away from `dist/`. */
export interface TestPackage extends Package {
  /** What Azure makes of the zip, outside the repository; each call unpacks it anew. */
  unpack(): string;
  remove(): void;
}

export async function makePackage(): Promise<TestPackage> {
  if (isStale(root)) build(root);
  const out = mkdtempSync(join(tmpdir(), 'package-'));
  const made = await writePackage(root, out);
  let count = 0;
  return {
    ...made,
    unpack() {
      count += 1;
      const folder = join(out, `unpacked-${count}`);
      mkdirSync(folder);
      for (const [name, bytes] of Object.entries(unzipSync(readFileSync(made.zip)))) {
        writeFileSync(join(folder, name), bytes);
      }
      return folder;
    },
    remove: () => rmSync(out, { recursive: true }),
  };
}
