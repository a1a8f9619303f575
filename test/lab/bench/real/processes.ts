import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { demoSettings } from '../../../../local/inbox/demoSettings.ts';
import { senderOf } from '../../scale/fleet.ts';
import { senders } from './graphProcess.ts';
import type { Plan } from './plan.ts';
import type { Memory, Question } from './probe.ts';

// Graph and storage as processes of their own, and what is asked of a process.

export const root = join(import.meta.dirname, '..', '..', '..', '..');

const preloaded = (name: string) => ['--import', join(import.meta.dirname, name)];
/** What a process needs that is asked for its memory. */
export const probed = ['--expose-gc', ...preloaded('probe.ts')];

/** The heap that V8 chooses by itself where there are 512 MB. */
export const smallHeapMb = 256;

/**
 * What V8 chooses by itself there: such a heap at most, of which new objects get 3. On a large
 * machine it lets them fill up to 192 MB before it looks for garbage.
 */
export const smallInstance = [`--max-old-space-size=${smallHeapMb}`, '--max-semi-space-size=1'];

/** By how much faster than a real one the clock of all of them runs, and since when. */
interface Pace {
  readonly times: number;
  /** In ms since 1970. */
  readonly start: number;
}

export const paceOf = ({ times, start }: Pace) => ({
  BENCH_CLOCK_TIMES: String(times),
  BENCH_CLOCK_START: String(start),
});

interface Started {
  readonly child: ChildProcess;
  /** The connection string, or the URL. */
  readonly at: string;
}

const start = async (script: string, args: readonly string[], pace?: Pace): Promise<Started> => {
  const child = fork(join(import.meta.dirname, script), args, {
    env: { ...process.env, ...(pace && paceOf(pace)) },
    execArgv: [...preloaded('quickClock.ts'), ...probed],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [said] = (await once(child, 'message')) as [string | { readonly url: string }];
  return { child, at: typeof said === 'string' ? said : said.url };
};

export const startStorage = (pace?: Pace): Promise<Started> =>
  start('../separateStorage.ts', [], pace);

/** Graph, with the rows of a plan. */
export const startGraph = (plan: Plan, pace?: Pace): Promise<Started> =>
  start('graphProcess.ts', [JSON.stringify(plan)], pace);

/** The app's environment. */
export const settingsFor = (storage: Started, graph: Started): Record<string, string> =>
  demoSettings(
    {
      ...process.env,
      SENDER_MAILBOXES: Array.from({ length: senders }, (_, number) => senderOf(number)).join(','),
    },
    { storage: storage.at, graph: graph.at },
    { comfortable: false },
  );

/** The next message that a process sends which is one of these. */
export function answer<T>(child: ChildProcess, isIt: (message: object) => boolean): Promise<T> {
  return new Promise((resolve) => {
    const heard = (message: object) => {
      if (!isIt(message)) return;
      child.off('message', heard);
      resolve(message as T);
    };
    child.on('message', heard);
  });
}

/** With `collect` after its garbage is collected; `snapshot` is where to write a heap snapshot. */
export function memoryOf(
  child: ChildProcess,
  collect: boolean,
  snapshot?: string,
): Promise<Memory> {
  const told = answer<Memory>(child, (message) => 'heap' in message);
  child.send({ probe: true, collect, ...(snapshot && { snapshot }) } satisfies Question);
  return told;
}

/** Ends a process, and waits for that. */
export async function ended(child: ChildProcess, end = () => child.disconnect()): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  end();
  await gone;
}
