import { type Campaign, registration } from './campaign.ts';
import { inChild } from './real/inChild.ts';
import { smallHeapMb, smallInstance } from './real/processes.ts';
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

/** Read in slices, oldest first, as after a real outage. */
function outage(rows: number, hours: number): Campaign {
  const people = Math.ceil(rows / registration.length);
  const start = new Date('2026-11-24T03:00:00Z');
  return { script: registration, people, start, stepMs: (hours * 3_600_000) / people };
}

/** What a process holds on to while it reads `count` rows. */
export async function memoryRows(connectionString: string, count: number): Promise<BenchRow[]> {
  const rows = count.toLocaleString('en');
  const peaks = await peaksOf(connectionString, count, 5);
  const dense = (3 * count) / 2;
  const morning = await peaksOf(connectionString, dense, 3);
  return [
    atMost(
      // What is remembered is all there after 130 minutes of five hours, its tables are as large as they get soon after.
      `catching up ${rows} rows, heap of the last quarter to the third`,
      1.1,
      (peaks[3]?.heap ?? 0) / (peaks[2]?.heap ?? 0),
    ),
    fact(`catching up ${rows} rows, peak of the heap, of all memory`, said(peaks)),
    {
      what: `catching up ${dense.toLocaleString('en')} rows of three hours with the heap of an instance of 512 MB: peak of the heap`,
      target: `≤ ${smallHeapMb} MB`,
      measured: said(morning),
      met: Math.max(...morning.map(({ heap }) => heap)) <= smallHeapMb * 2 ** 20,
    },
  ];
}

const said = (peaks: readonly Sample[]) =>
  (['heap', 'rss'] as const)
    .map((of) => `${short(Math.max(...peaks.map((one) => one[of])) / 1e6)} MB`)
    .join(', ');

/** The most that each quarter of its time held. Throws where the process dies, of its heap for one. */
async function peaksOf(connectionString: string, count: number, hours: number): Promise<Sample[]> {
  const args = [connectionString, String(count), String(hours)];
  const samples = await inChild<Sample[]>(import.meta.filename, args, smallInstance);
  const quarter = Math.floor(samples.length / 4);
  return [0, 1, 2, 3].map((from) => {
    const some = samples.slice(from * quarter, (from + 1) * quarter);
    const most = (of: keyof Sample) => Math.max(...some.map((one) => one[of]));
    return { heap: most('heap'), rss: most('rss') };
  });
}

if (import.meta.main) {
  const [connectionString = '', count = '0', hours = '1'] = process.argv.slice(2);
  const samples: Sample[] = [];
  const campaign = outage(Number(count), Number(hours));
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
