import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { QueueServiceClient } from '@azure/storage-queue';
import { queueName } from '../../../../functions/ledger/message.ts';
import { decodeMessageText } from '../../../../local/host/messageText.ts';
import { type Bundle, bundle, entry } from '../../../../tools/package/bundle.ts';
import { atMost, type BenchRow, fact, short } from '../row.ts';
import type { Answered, Call } from './groupProcess.ts';
import type { Memory } from './probe.ts';
import {
  ended,
  memoryOf,
  paceOf,
  root,
  settingsFor,
  smallInstance,
  startGraph,
  startStorage,
} from './processes.ts';

// What each process takes after a day of a tenant: Flex Consumption runs each function in processes of its own,
// and so does this. Their clock, Graph's and storage's run 60 times faster than real ones.

const [secondMs, hourMs] = [1000, 3_600_000];
const times = 60;
const dayHours = 24;
const changes = 600;
/** In MB, after the same day on the same machine, when the package was one file for all functions (a8410be). */
const before = { pollAuditLog: 147, sendNotification: 153 };
const most = (worker: keyof typeof before) => Math.round(0.8 * before[worker]);
const workers = ['pollAuditLog', 'sendNotification', 'sweepLedger', 'checkCoverage'] as const;
type Worker = (typeof workers)[number];

/** Seconds between runs of what runs on a timer. */
const everySeconds: Partial<Record<Worker, number>> = {
  pollAuditLog: 15,
  sweepLedger: 600,
  checkCoverage: 600,
};

const timerJson = JSON.stringify({ schedule: {}, isPastDue: false });

/** A process, and how it is called. */
class Process {
  readonly child: ChildProcess;
  calls = 0;
  failed = 0;

  constructor(runner: string, app: string, env: Record<string, string>) {
    this.child = fork(runner, [app], {
      env,
      execArgv: ['--expose-gc', ...smallInstance],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.child.setMaxListeners(0);
  }

  /** True where it succeeded. */
  async call(name: string, json: string): Promise<boolean> {
    this.calls += 1;
    const call = this.calls;
    const answered = new Promise<Answered>((resolve) => {
      const heard = (message: Answered) => {
        if (message.call !== call) return;
        this.child.off('message', heard);
        resolve(message);
      };
      this.child.on('message', heard);
    });
    this.child.send({ call, name, json } satisfies Call);
    const { outcome } = await answered;
    if (outcome !== 'succeeded') this.failed += 1;
    return outcome === 'succeeded';
  }
}

/** Plays a day, and says each hour what each process takes. Heap snapshots of its end go to `snapshots`. */
export async function dayOfWorkRows(hours = dayHours, snapshots?: string): Promise<BenchRow[]> {
  const out = mkdtempSync(join(tmpdir(), 'day-of-work-'));
  const begun = Date.now();
  const pace = { times, start: begun };
  const plan = {
    start: begun + 10 * 60 * secondMs,
    count: Math.ceil((changes * hours) / dayHours),
    everyMs: (dayHours * hourMs) / changes,
    seed: 139,
    lateness: 'usual',
  } as const;
  const [storage, graph] = await Promise.all([startStorage(pace), startGraph(plan, pace)]);
  let mails = 0;
  graph.child.on('message', (message: object) => {
    if ('mail' in message) mails += 1;
  });
  const app = written(await bundle(root), join(out, 'app'));
  const group = join('test', 'lab', 'bench', 'real', 'groupProcess.ts');
  const runner = written(await bundle(root, group), join(out, 'runner'));
  const env = { ...settingsFor(storage, graph), ...paceOf(pace) };
  const processes = new Map(workers.map((name) => [name, new Process(runner, app, env)]));
  const stopping = new AbortController();
  try {
    await Promise.all([...processes.values()].map(({ child }) => once(child, 'message')));
    await sleep(2 * secondMs);
    const going = [
      ...workers.map((name) => tick(name, processes, stopping.signal)),
      deliver(storage.at, processes, stopping.signal),
    ];
    const memories: Memories[] = [];
    for (let hour = 1; hour <= hours; hour += 1) {
      await sleep(Math.max(0, begun + (hour * hourMs) / times - Date.now()));
      const memory = await memoriesOf(processes, false);
      memories.push(memory);
      const said = [...memory].map(([name, { rss }]) => `${name} ${short(rss / 1e6)}`);
      process.stderr.write(`${hour} h: ${mails} mails; MB: ${said.join(', ')}\n`);
    }
    stopping.abort();
    await Promise.all(going);
    const collected = await memoriesOf(processes, true, snapshots);
    return rowsOf(memories, collected, processes, mails);
  } finally {
    await Promise.all([...processes.values()].map(({ child }) => ended(child)));
    await Promise.all([ended(graph.child), ended(storage.child)]);
    rmSync(out, { recursive: true });
  }
}

type Memories = ReadonlyMap<Worker, Memory>;

async function memoriesOf(
  processes: ReadonlyMap<Worker, Process>,
  collect: boolean,
  snapshots?: string,
) {
  const all = [...processes].map(async ([name, { child }]) => {
    const snapshot = snapshots && join(snapshots, `${name}.heapsnapshot`);
    return [name, await memoryOf(child, collect, snapshot)] as const;
  });
  return new Map(await Promise.all(all));
}

function rowsOf(
  memories: readonly Memories[],
  collected: Memories,
  processes: ReadonlyMap<Worker, Process>,
  mails: number,
): BenchRow[] {
  const last = memories.at(-1) ?? collected;
  const mb = (name: Worker, of: Memories) => (of.get(name)?.rss ?? 0) / 1e6;
  const failed = [...processes.values()].reduce((sum, one) => sum + one.failed, 0);
  const runs = (name: Worker) => (processes.get(name)?.calls ?? 0).toLocaleString('en');
  return [
    atMost(
      `a day's work, ${runs('pollAuditLog')} polls and ${mails} mails: memory of the process that polls`,
      most('pollAuditLog'),
      mb('pollAuditLog', last),
      ' MB',
    ),
    atMost(
      'the same of the process that sends',
      most('sendNotification'),
      mb('sendNotification', last),
      ' MB',
    ),
    fact(
      'the same of those that sweep and check the coverage',
      `${short(mb('sweepLedger', last))} MB, ${short(mb('checkCoverage', last))} MB`,
    ),
    fact(
      'a quarter of that day before: polls; sends',
      (['pollAuditLog', 'sendNotification'] as const)
        .map((name) => `${short(mb(name, memories[Math.floor(memories.length / 4)] ?? last))} MB`)
        .join('; '),
    ),
    fact(
      'heap at its end, all garbage collected: polls; sends; sweeps; checks',
      workers.map((name) => `${short((collected.get(name)?.heap ?? 0) / 1e6)} MB`).join('; '),
    ),
    {
      what: 'runs of that day that failed',
      target: '0',
      measured: String(failed),
      met: failed === 0,
    },
  ];
}

/** Runs a function whenever it is due, one run after the other. */
async function tick(
  name: Worker,
  processes: ReadonlyMap<Worker, Process>,
  signal: AbortSignal,
): Promise<void> {
  const seconds = everySeconds[name];
  if (seconds === undefined) return;
  const everyMs = (seconds * secondMs) / times;
  for (let next = Date.now(); !signal.aborted; next = Math.max(next + everyMs, Date.now())) {
    await sleep(Math.max(0, next - Date.now()), undefined, { signal }).catch(() => {});
    if (!signal.aborted) await processes.get(name)?.call(name, timerJson);
  }
}

/** Hands messages to the process that sends, as the host does. */
async function deliver(
  storage: string,
  processes: ReadonlyMap<Worker, Process>,
  signal: AbortSignal,
): Promise<void> {
  const queue = QueueServiceClient.fromConnectionString(storage).getQueueClient(queueName);
  while (!signal.aborted) {
    const { receivedMessageItems } = await queue.receiveMessages({
      numberOfMessages: 4,
      visibilityTimeout: 600,
    });
    const handled = receivedMessageItems.map(async ({ messageText, messageId, popReceipt }) => {
      const decoded = decodeMessageText(messageText, 'base64');
      if (decoded.kind !== 'text') throw new Error('a message that is none of ours');
      const name = 'sendNotification';
      const isDone = await processes.get(name)?.call(name, decoded.text);
      if (isDone) await queue.deleteMessage(messageId, popReceipt);
    });
    await Promise.all(handled);
    if (handled.length === 0) await sleep((2 * secondMs) / times);
  }
}

/** Writes an app into a folder, and gives the path of its entry. */
function written({ parts }: Bundle, folder: string): string {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const [name, { code }] of parts) writeFileSync(join(folder, name), code);
  return join(folder, entry);
}

if (import.meta.main) {
  const [hours = dayHours, snapshots] = process.argv.slice(2);
  console.table(await dayOfWorkRows(Number(hours), snapshots));
}
