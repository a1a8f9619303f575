import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it that are missing. Throws what `mkdir` throws. Node's own recursive one
 * never returns where a folder takes none, as in /proc: it makes the parent, which is there, again and again.
 */
export function makeFolder(folder: string): void {
  const missing: string[] = [];
  for (let at = resolve(folder); !existsSync(at) && dirname(at) !== at; at = dirname(at)) {
    missing.unshift(at);
  }
  for (const one of missing) mkdirSync(one);
  // What is there may be no folder: that is said by its own code.
  if (missing.length === 0) mkdirSync(resolve(folder), { recursive: true });
}

const words: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder',
  ENOTDIR: 'what is above it is no folder',
  EEXIST: 'there is a file of that name',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'that disk is read-only',
  ENOSPC: 'the disk is full',
};

/** What a file was refused for, in words: an error of `node:fs`. */
export function whyNot(error: unknown): string {
  const { code = 'unknown', message } = error as NodeJS.ErrnoException;
  const said = words[code];
  return said ? `${said} (${code})` : code === 'unknown' ? message : code;
}
