import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LogLine } from '../../../../local/host/host.ts';
import { demoSettings } from '../../../../local/inbox/demoSettings.ts';
import { writePackage } from '../../../../tools/package/write.ts';
import { senderOf } from '../../scale/fleet.ts';
import { type Said, senders } from './graphProcess.ts';
import type { Plan } from './plan.ts';
import type { Memory, Question } from './probe.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const watched = ['--expose-gc', '--import', join(import.meta.dirname, 'probe.ts')];

/** The app in real time: the packaged functions in the host by Azure's clocks, Graph, and storage, each a process. */
export interface RealWorld {
  /** When the first mail to a person was taken, in ms since 1970, by the person's number. */
  readonly told: ReadonlyMap<number, number>;
  /** How many mails each got. */
  readonly mails: ReadonlyMap<number, number>;
  /** Lines of the host's log, by level and event. */
  readonly events: ReadonlyMap<string, number>;
  /** Requests as Graph counted them, by endpoint. */
  counts(): Promise<Readonly<Record<string, number>>>;
  /** Memory of each process; with `snapshots`, heap snapshots go to that folder. */
  memory(collect: boolean, snapshots?: string): Promise<Readonly<Record<ProcessName, Memory>>>;
  stop(): Promise<void>;
}

export type ProcessName = 'host' | 'graph' | 'storage';

/** Starts it. Where one of the processes ends by itself, `failed` is told. */
export async function startRealWorld(
  plan: Plan,
  failed: (reason: Error) => void,
): Promise<RealWorld> {
  const out = mkdtempSync(join(tmpdir(), 'real-world-'));
  const { folder } = await writePackage(root, out);
  const storage = fork(join(import.meta.dirname, '..', 'separateStorage.ts'), {
    execArgv: watched,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [connectionString] = (await once(storage, 'message')) as [string];
  const graph = fork(join(import.meta.dirname, 'graphProcess.ts'), [JSON.stringify(plan)], {
    execArgv: watched,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [{ url }] = (await once(graph, 'message')) as [{ readonly url: string }];
  const host = startHost(folder, { storage: connectionString, graph: url });
  const processes = { host, graph, storage };

  let stopping = false;
  for (const [name, child] of Object.entries(processes)) {
    child.once('exit', (code) => {
      if (!stopping) failed(new Error(`the process that is ${name} ended with ${code}`));
    });
  }
  const told = new Map<number, number>();
  const mails = new Map<number, number>();
  const events = new Map<string, number>();
  graph.on('message', (said: Said) => {
    if (!('mail' in said)) return;
    const { person, at } = said.mail;
    if (!told.has(person)) told.set(person, at);
    mails.set(person, (mails.get(person) ?? 0) + 1);
  });
  createInterface({ input: host.stdout as NodeJS.ReadableStream }).on('line', (text) => {
    const { level, event = 'prose' } = JSON.parse(text) as LogLine;
    events.set(`${level} ${event}`, (events.get(`${level} ${event}`) ?? 0) + 1);
  });
  return {
    told,
    mails,
    events,
    async counts() {
      graph.send('counts');
      return (await answer(graph, 'counts')) as Readonly<Record<string, number>>;
    },
    async memory(collect, snapshots) {
      const asked = Object.entries(processes).map(async ([name, child]) => {
        const snapshot = snapshots && join(snapshots, `${name}-${Date.now()}.heapsnapshot`);
        child.send({ probe: true, collect, ...(snapshot && { snapshot }) } satisfies Question);
        return [name, await answer(child, 'heap')];
      });
      return Object.fromEntries(await Promise.all(asked)) as Record<ProcessName, Memory>;
    },
    async stop() {
      stopping = true;
      await ended(host, () => host.kill('SIGTERM'));
      await ended(graph, () => graph.disconnect());
      await ended(storage, () => storage.disconnect());
      rmSync(out, { recursive: true });
    },
  };
}

/** What `npm run host -- --package` runs, with a probe. */
function startHost(folder: string, local: { readonly storage: string; readonly graph: string }) {
  const given = {
    ...process.env,
    SENDER_MAILBOXES: Array.from({ length: senders }, (_, index) => senderOf(index)).join(','),
  };
  const main = join(root, 'local', 'host', 'main.ts');
  return spawn(process.execPath, [...watched, main, '--package', folder], {
    env: demoSettings(given, local, { comfortable: false }),
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
}

async function ended(child: ChildProcess, end: () => void): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, 'exit');
  end();
  await gone;
}

/** The next message with such a member: that member, or the whole where it is a memory. */
function answer(child: ChildProcess, member: 'counts' | 'heap'): Promise<unknown> {
  return new Promise((resolve) => {
    const heard = (message: object) => {
      if (!(member in message)) return;
      child.off('message', heard);
      resolve(member === 'counts' ? (message as { counts: unknown }).counts : message);
    };
    child.on('message', heard);
  });
}
