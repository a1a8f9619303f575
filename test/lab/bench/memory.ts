import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type Campaign, registration } from './campaign.ts';
import { FreshTable, record } from './recorder.ts';
import { atMost, type BenchRow, fact, short } from './row.ts';

// The memory of a process that catches up a long outage: the heap after each garbage collection, so
// that only what is held on to counts. The app has this process to itself, and storage another.

/** Pages between two looks: a collection of the whole heap takes its time. */
const every = 5;

interface Sample {
  readonly heap: number;
  readonly rss: number;
}

/** In five hours, so that it is read in slices, oldest first, as after a real outage. */
function outage(rows: number): Campaign {
  const people = Math.ceil(rows / registration.length);
  const start = new Date('2026-11-24T03:00:00Z');
  return { script: registration, people, start, stepMs: (5 * 3_600_000) / people };
}

/** What a process holds on to while it reads `count` rows. */
export async function memoryRows(connectionString: string, count: number): Promise<BenchRow[]> {
  const child = fork(import.meta.filename, [connectionString, String(count)], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code]) => {
    if (code !== 0) throw new Error(`the process that caught up ended with ${code}`);
    return [];
  });
  const [samples = []] = (await Promise.race([once(child, 'message'), ended])) as [Sample[]?];
  await ended;
  const quarter = Math.floor(samples.length / 4);
  const peak = (of: keyof Sample, from: number) =>
    Math.max(...samples.slice(from * quarter, (from + 1) * quarter).map((one) => one[of])) / 1e6;
  const [second, last] = [peak('heap', 1), peak('heap', 3)];
  const rows = count.toLocaleString('en');
  return [
    atMost(`catching up ${rows} rows, heap of the last quarter to the second`, 1.1, last / second),
    fact(
      `catching up ${rows} rows, peak of the heap, of all memory`,
      `${short(Math.max(...[0, 1, 2, 3].map((from) => peak('heap', from))))} MB, ${short(
        Math.max(...[0, 1, 2, 3].map((from) => peak('rss', from))),
      )} MB`,
    ),
  ];
}

if (import.meta.main) {
  const [connectionString = '', count = '0'] = process.argv.slice(2);
  const samples: Sample[] = [];
  const campaign = outage(Number(count));
  const { recorded } = await record(
    campaign,
    connectionString,
    new FreshTable(connectionString),
    (page) => {
      if (page % every > 0) return;
      globalThis.gc?.();
      const { heapUsed, rss } = process.memoryUsage();
      samples.push({ heap: heapUsed, rss });
    },
  );
  const rows = campaign.people * registration.length;
  if (recorded !== rows) throw new Error(`${recorded} of ${rows} rows were recorded`);
  process.send?.(samples, () => process.disconnect());
}
