import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LogLine } from '../../../../local/host/host.ts';
import { writePackage } from '../../../../tools/package/write.ts';
import type { Said } from './graphProcess.ts';
import type { Plan } from './plan.ts';
import type { Memory } from './probe.ts';
import {
  answer,
  ended,
  memoryOf,
  probed,
  root,
  settingsFor,
  smallInstance,
  startGraph,
  startStorage,
} from './processes.ts';

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
  const [storage, graph] = await Promise.all([startStorage(), startGraph(plan)]);
  // What `npm run host -- --package` runs, with a probe.
  const main = join(root, 'local', 'host', 'main.ts');
  const host = spawn(process.execPath, [...smallInstance, ...probed, main, '--package', folder], {
    env: settingsFor(storage, graph),
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const processes = { host, graph: graph.child, storage: storage.child };

  let stopping = false;
  for (const [name, child] of Object.entries(processes)) {
    child.once('exit', (code) => {
      if (!stopping) failed(new Error(`the process that is ${name} ended with ${code}`));
    });
  }
  const told = new Map<number, number>();
  const mails = new Map<number, number>();
  const events = new Map<string, number>();
  graph.child.on('message', (said: Said) => {
    if (!('mail' in said)) return;
    const { person, at } = said.mail;
    if (!told.has(person)) told.set(person, at);
    mails.set(person, (mails.get(person) ?? 0) + 1);
  });
  createInterface({ input: host.stdout as NodeJS.ReadableStream }).on('line', (text) => {
    const { level, event = 'prose' } = JSON.parse(text) as LogLine;
    const name = `${level} ${event}`;
    events.set(name, (events.get(name) ?? 0) + 1);
  });
  return {
    told,
    mails,
    events,
    async counts() {
      graph.child.send('counts');
      const said = await answer<Extract<Said, { counts: unknown }>>(
        graph.child,
        (message) => 'counts' in message,
      );
      return said.counts;
    },
    async memory(collect, snapshots) {
      const asked = Object.entries(processes).map(async ([name, child]) => {
        const snapshot = snapshots && join(snapshots, `${name}-${Date.now()}.heapsnapshot`);
        return [name, await memoryOf(child, collect, snapshot)];
      });
      return Object.fromEntries(await Promise.all(asked)) as Record<ProcessName, Memory>;
    },
    async stop() {
      stopping = true;
      await ended(host, () => host.kill('SIGTERM'));
      await Promise.all([ended(graph.child), ended(storage.child)]);
      rmSync(out, { recursive: true });
    },
  };
}
