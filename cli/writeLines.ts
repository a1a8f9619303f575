import { closeSync, openSync, writeSync } from 'node:fs';
import { Impossible } from './command.ts';
import { whyNot } from './files.ts';

/** Text that is gathered before it is written, in characters. */
const most = 1 << 20;

/** Writes lines to a file that is there and is nobody else's to read. Throws `Impossible`. */
export function writeLines(file: string, lines: Iterable<string>): void {
  try {
    const open = openSync(file, 'w');
    try {
      let gathered = '';
      for (const line of lines) {
        gathered += line;
        if (gathered.length < most) continue;
        writeAll(open, gathered);
        gathered = '';
      }
      writeAll(open, gathered);
    } finally {
      closeSync(open);
    }
  } catch (error) {
    throw new Impossible(`${file} can't be written: ${whyNot(error)}`);
  }
}

/** A write may take less than it is given. */
function writeAll(open: number, text: string): void {
  let left: Uint8Array = Buffer.from(text);
  while (left.length > 0) left = left.subarray(writeSync(open, left));
}
