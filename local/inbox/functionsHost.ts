import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogLine } from '../host/host.ts';

/** The functions host as a process of its own. */
export interface FunctionsHost {
  /** Resolves when it has ended, with why. */
  readonly ended: Promise<string>;
  /** Asks it to end, and sees to it that it does. */
  stop(): Promise<void>;
}

const main = join(import.meta.dirname, '..', 'host', 'main.ts');

/** The host gives itself ten seconds. */
const longestStop = 12_000;

/**
 * Starts the host, with options of `npm run host`. Each of its lines goes to `onLine`, what it complains
 * of to `onComplaint`.
 */
export function startFunctionsHost(
  environment: Readonly<Record<string, string>>,
  options: readonly string[],
  onLine: (line: LogLine) => void,
  onComplaint: (text: string) => void,
): FunctionsHost {
  const child = spawn(process.execPath, [main, ...options], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  let failure = '';
  createInterface(child.stdout).on('line', (text) => {
    const line = asLine(text);
    // The same event from a function is the failure of one run, and not of the host.
    if (line.event === 'host.failed' && !line.function) failure = `: ${line.message}`;
    onLine(line);
  });
  createInterface(child.stderr).on('line', onComplaint);
  const exited = once(child, 'close').then(
    ([code, signal]) => `${signal ?? `exit code ${code}`}${failure}`,
    // It could not be started.
    (error: unknown) => String(error),
  );
  return {
    ended: exited,
    async stop() {
      child.kill('SIGTERM');
      const waiting = new AbortController();
      const late = sleep(longestStop, 'late', waiting).catch(() => undefined);
      if ((await Promise.race([exited, late])) === 'late') child.kill('SIGKILL');
      waiting.abort();
      await exited;
    },
  };
}

function asLine(text: string): LogLine {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return { time: new Date().toISOString(), level: 'warn', message: text };
  }
}
