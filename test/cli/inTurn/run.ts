import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a command wrote, and ended with; null where it had not ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const root = join(import.meta.dirname, '..', '..', '..');

interface Options {
  readonly env: NodeJS.ProcessEnv;
  /** In milliseconds. */
  readonly timeout?: number;
}

/** Runs a file of this project with one command line, in a process of its own. */
export const runAlone = (file: string, args: readonly string[], options: Options): Promise<Ended> =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [file, ...args],
      { cwd: root, ...options },
      (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });

/**
 * Runs a file of this project with one command line after the other, all in one process; unless it does its
 * work only as the main module of one, which it then is.
 */
export async function runInTurn(
  file: string,
  lines: readonly (readonly string[])[],
  options: Options,
): Promise<Ended[]> {
  if (readFileSync(join(root, file), 'utf8').includes('import.meta.main')) {
    return Promise.all(lines.map((args) => runAlone(file, args, options)));
  }
  const script = join(import.meta.dirname, 'process.ts');
  const { code, stdout, stderr } = await runAlone(script, [file, JSON.stringify(lines)], options);
  if (code !== 0 || stderr !== '') throw new Error(`${file} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as Ended[];
}
