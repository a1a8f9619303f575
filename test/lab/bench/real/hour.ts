import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../../scale/percentile.ts';
import { atMost, type BenchRow, fact, short } from '../row.ts';
import { logOf, type Plan } from './plan.ts';
import type { Memory } from './probe.ts';
import { type ProcessName, type RealWorld, startRealWorld } from './realWorld.ts';

// An hour of 30 changes a minute in real time: delays and memory at its end, against the tenth minute.

const minuteMs = 60_000;
/** An even pace meets each second between two polls equally often. */
const everyMs = 2000;
const spanMinutes = 10;
/** Mails of the last changes are waited for so long. */
const lastMs = 2 * minuteMs;

/** Not each minute: a process that is never told to collect its garbage takes more. */
const isCollected = (minute: number) => (minute + 2) % spanMinutes <= 2;

interface Sample {
  readonly minute: number;
  readonly memory: Readonly<Record<ProcessName, Memory>>;
}

/** Plays it, and says each minute how far it is. */
export async function longRunRows(minutes = 60, snapshots?: string): Promise<BenchRow[]> {
  const start = Date.now() + 15_000;
  const count = (minutes * minuteMs) / everyMs;
  const plan: Plan = { start, count, everyMs, seed: 30, lateness: 'even' };
  let failure: Error | undefined;
  const world = await startRealWorld(plan, (reason) => {
    failure = reason;
  });
  const samples: Sample[] = [];
  try {
    for (let minute = 1; minute <= minutes; minute += 1) {
      await sleep(start + minute * minuteMs - Date.now());
      if (failure) throw failure;
      const memory = await world.memory(isCollected(minute));
      samples.push({ minute, memory });
      const said = Object.entries(memory).map(([name, one]) => `${name} ${mb(one)}`);
      process.stderr.write(
        `${minute} min: load ${loadavg()[0]?.toFixed(1)}, ${world.told.size} told; ${said.join('; ')}\n`,
      );
      if (minute % spanMinutes === 0) process.stderr.write(`${spanText(world, plan, minute)}\n`);
    }
    await sleep(lastMs);
    if (snapshots) await world.memory(true, snapshots);
    for (let end = spanMinutes; end <= minutes; end += spanMinutes) {
      process.stderr.write(`${spanText(world, plan, end)}\n`);
    }
    process.stderr.write(`${JSON.stringify([...world.events])}\n`);
    process.stderr.write(`${JSON.stringify(await world.counts())}\n`);
    return rowsOf(world, plan, samples);
  } finally {
    await world.stop();
  }
}

const mb = ({ heap, rss, external }: Memory) =>
  `${short(heap / 1e6)} + ${short(external / 1e6)} of ${short(rss / 1e6)} MB`;

/** Delays in seconds of the changes that arrived in the ten minutes before. */
function delaysBefore({ told }: RealWorld, plan: Plan, end: number): number[] {
  const { changes, arrivals } = logOf(plan);
  const [from, to] = [end - spanMinutes, end].map((minute) => plan.start + minute * minuteMs);
  return changes.flatMap(({ number, kind }) => {
    const arrived = arrivals[number] ?? 0;
    const at = told.get(number);
    const counts = !kind.urgent && at && arrived >= (from ?? 0) && arrived < (to ?? 0);
    return counts ? (at - arrived) / 1000 : [];
  });
}

function spanText(world: RealWorld, plan: Plan, end: number): string {
  const delays = delaysBefore(world, plan, end);
  const [p50, p99] = [0.5, 0.99].map((share) => percentile(delays, share).toFixed(2));
  return `minutes ${end - spanMinutes} to ${end}: ${delays.length} own changes, p50 ${p50} s, p99 ${p99} s`;
}

function rowsOf(world: RealWorld, plan: Plan, samples: readonly Sample[]): BenchRow[] {
  const last = samples.length;
  const missed = logOf(plan).changes.filter(({ number }) => !world.told.has(number)).length;
  const repeated = [...world.mails.values()].filter((mails) => mails > 1).length;
  const p50 = (end: number) => percentile(delaysBefore(world, plan, end), 0.5);
  /** Of three minutes, the least: what is being done while one looks comes on top. */
  const near = (minute: number, name: ProcessName, what: keyof Memory) =>
    Math.min(
      ...samples
        .filter((one) => one.minute > minute - 3 && one.minute <= minute)
        .map((one) => one.memory[name][what]),
    ) / 1e6;
  const ratio = (name: ProcessName, what: keyof Memory) =>
    near(last, name, what) / near(spanMinutes, name, what);
  const figures = (name: ProcessName) =>
    (['heap', 'rss'] as const)
      .map((what) => `${short(near(spanMinutes, name, what))}, ${short(near(last, name, what))} MB`)
      .join('; ');
  const run = `30 changes a minute for ${last} minutes`;
  return [
    {
      what: `${run}: missed; repeated`,
      target: '0; 0',
      measured: `${missed}; ${repeated}`,
      met: missed === 0 && repeated === 0,
    },
    atMost(`${run}: p50 of the last ten minutes to the first`, 1.05, p50(last) / p50(spanMinutes)),
    fact(
      `${run}: p50 of the first ten, of the last`,
      `${p50(spanMinutes).toFixed(2)} s, ${p50(last).toFixed(2)} s`,
    ),
    atMost(`${run}: the app’s heap at the end to the tenth minute`, 1.05, ratio('host', 'heap')),
    atMost(`${run}: all of its memory at the end to the tenth minute`, 1.05, ratio('host', 'rss')),
    fact(`${run}: heap; all memory of the app, then and at the end`, figures('host')),
    fact(`${run}: the same of the Graph simulator`, figures('graph')),
    fact(`${run}: the same of Azurite`, figures('storage')),
  ];
}

if (import.meta.main) {
  const [minutes = '60', snapshots] = process.argv.slice(2);
  console.table(await longRunRows(Number(minutes), snapshots));
}
