import { chmodSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Impossible } from './command.ts';
import { makeFolder, whyNot } from './files.ts';

/** Writes what nobody else on this machine may read. `option` gave the file. Throws `Impossible`. */
export function writePrivately(file: string, text: string, option = '--html'): void {
  try {
    makeFolder(dirname(file));
    writeFileSync(file, '', { mode: 0o600 });
    // A file that was there keeps its mode: changed while it is still empty.
    chmodSync(file, 0o600);
    writeFileSync(file, text);
  } catch (error) {
    throw new Impossible(`${file} can't be written: ${whyNot(error)}. Give another ${option}`);
  }
}
