import { startAzurite } from '../../../local/azurite.ts';
import { renewPage } from '../../fixtures/renewPage.ts';
import { cacheRows } from './caches.ts';
import { coldStartRows } from './coldStart.ts';
import { coverageRows } from './coverage.ts';
import { doorRows } from './door.ts';
import { eventMemoryRows } from './eventMemory.ts';
import { firstCallRows } from './firstCalls.ts';
import { latencyRows } from './latency.ts';
import { logRows } from './logs.ts';
import { mailRows } from './mails.ts';
import { memoryRows } from './memory.ts';
import { pacingRows } from './pacing.ts';
import { idleRows } from './polls.ts';
import { agreementRows } from './real/agree.ts';
import { dayOfWorkRows } from './real/dayOfWork.ts';
import { longRunRows } from './real/hour.ts';
import { virtualDayRows } from './real/virtualDay.ts';
import { recogniseRows } from './recognise.ts';
import { recordingRows } from './recording.ts';
import { renderingRows } from './rendering.ts';
import { type BenchRow, printed } from './row.ts';
import { scaleRows } from './scale.ts';
import { startSeparateStorage } from './separateStorage.ts';
import { tokenRows } from './tokens.ts';
import { morningRows, waveRows } from './wave.ts';

/** What is measured. */
export interface Flags {
  readonly quick?: boolean;
  readonly scale?: boolean;
  readonly wave?: boolean;
  readonly coverage?: boolean;
  readonly real?: boolean;
  readonly hour?: boolean;
  readonly day?: boolean;
  readonly markdown?: boolean;
}

interface Sizes {
  /** Changes at once. */
  readonly crowd: number;
  /** Rows to record. */
  readonly campaign: number;
  /** Rows to catch up. */
  readonly outage: number;
}

const whole: Sizes = { crowd: 500, campaign: 50_000, outage: 200_000 };
const quick: Sizes = { crowd: 50, campaign: 10_000, outage: 30_000 };

type Bench = readonly [name: string, run: () => Promise<BenchRow[]> | BenchRow[]];

/** What `npm run bench` measures, in the order of the table. Virtual time takes minutes of ours. */
async function measureAll({ crowd, campaign, outage }: Sizes, virtual: boolean) {
  const azurite = await startAzurite();
  const storage = await startSeparateStorage();
  const { connectionString } = storage;
  const inVirtualTime: readonly Bench[] = [
    ['pacing', pacingRows],
    ['latency', latencyRows],
  ];
  try {
    return await measure([
      ['idle polls', () => idleRows(azurite)],
      ['mails', () => mailRows(azurite, crowd)],
      ['recording', () => recordingRows(connectionString, campaign)],
      ['event hub', () => doorRows(connectionString, Math.min(campaign, 12_000))],
      ['memory', () => memoryRows(connectionString, outage)],
      ['events', () => eventMemoryRows(connectionString)],
      ['writing mails', renderingRows],
      ['recognising', recogniseRows],
      ['cold start', coldStartRows],
      ['tokens', tokenRows],
      ['first calls', () => firstCallRows(connectionString)],
      ['caches', () => cacheRows(azurite)],
      ['log', () => logRows(azurite)],
      ...(virtual ? inVirtualTime : []),
    ]);
  } finally {
    await storage.stop();
    await azurite.stop();
  }
}

/** One after the other, and says how far it is. */
async function measure(benches: readonly Bench[]): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [name, run] of benches) {
    const start = performance.now();
    process.stderr.write(`${name} ... `);
    rows.push(...(await run()));
    process.stderr.write(`${((performance.now() - start) / 1000).toFixed(1)} s\n`);
  }
  return rows;
}

/** What is measured, and the part of docs/scale.md that tells of it. */
function chosen({ scale, wave, coverage, real, hour, day, quick: isQuick }: Flags) {
  if (real) return { section: 'real', run: () => measure([['five minutes', agreementRows]]) };
  if (day) return { section: 'day', run: () => measure([['a day', () => dayOfWorkRows()]]) };
  if (hour) {
    const parts: Bench[] = [
      ['a day of virtual time', () => virtualDayRows()],
      ['an hour', () => longRunRows()],
    ];
    return { section: 'hour', run: () => measure(parts) };
  }
  if (coverage) {
    const looks = () => coverageRows([1_000, 50_000, 1_000_000]);
    return { section: 'coverage', run: () => measure([['looks', looks]]) };
  }
  if (scale) {
    return { section: 'simulated', run: () => measure([['large tenants', () => scaleRows()]]) };
  }
  if (wave) {
    const parts: Bench[] = [
      ['a morning', () => morningRows()],
      ['the wave', () => waveRows()],
    ];
    return { section: 'wave', run: () => measure(parts) };
  }
  return { section: 'bench', run: () => measureAll(isQuick ? quick : whole, !isQuick) };
}

/**
 * What the app costs and how fast it is, in one table. Says whether every target is met: judged is only
 * what says the same on any machine, counts, and ratios within one run.
 */
export async function bench(flags: Flags): Promise<boolean> {
  const { section, run } = chosen(flags);
  const rows = await run();
  console.log(printed(rows));
  if (flags.markdown) renewPage('scale.md', section, printed(rows));
  const missed = rows.filter(({ met }) => met === false).length;
  if (missed > 0) console.error(`${missed} missed`);
  return missed === 0;
}
