import { seededRandom } from '../../../../local/graph/random.ts';
import { AuditLog } from '../../scale/auditLog.ts';
import { Fleet } from '../../scale/fleet.ts';
import { type Change, kinds } from '../../scale/kinds.ts';
import { latenessOf, prompt } from '../../scale/lateness.ts';
import { percentile } from '../../scale/percentile.ts';
import { Told } from '../../scale/told.ts';
import { atMost, type BenchRow, fact, short } from '../row.ts';
import { inChild } from './inChild.ts';

// A day of 30 changes a minute in virtual time: what the app holds on to after an hour of it and after all of
// it. The tenant, whose table and mailboxes grow as real ones do, is emptied before one looks.

const start = new Date('2026-11-02T00:00:00Z');
const [minuteMs, hourMs] = [60_000, 3_600_000];
const everyMs = 2000;
/** As many as there are in fifty minutes: the middle of 300 differs by 5 % from hour to hour. */
const lastChanges = 1500;
/** With managers in copy, a day has more than 86,000 recipients. */
const senders = 10;

interface Held {
  /** In bytes, after all garbage is collected. */
  readonly heap: number;
  readonly p50: number;
  readonly missed: number;
  readonly repeated: number;
}

const usual = [kinds.passkey, kinds.authenticator, kinds.phone, kinds.deletion];
const urgent = [kinds.pass, kinds.phoneByAdmin];

/** Plays so many hours; the changes are there for a whole day, so that they weigh the same. */
async function play(hours: number): Promise<Held> {
  const random = seededRandom(30);
  const changes = Array.from({ length: (24 * hourMs) / everyMs }, (_, number): Change => {
    return {
      kind: random.pick(number % 5 === 0 ? urgent : usual),
      time: start.getTime() + minuteMs + everyMs * number,
      person: number,
      administrator: random.below(5),
      number,
    };
  });
  const log = new AuditLog(changes, latenessOf(random, prompt));
  const told = new Told(log);
  const end = start.getTime() + hours * hourMs;
  const world = new Fleet({
    start,
    log,
    senders,
    instances: 1,
    seed: 30,
    accepted: (mail, row) => told.take(mail, row),
  });
  // Nothing is being read just then, and the day's counts are all there.
  await world.clock.run(end - 8000);
  const isDue = ({ number }: Change) => (log.arrivals[number] ?? 0) < end - 10 * minuteMs;
  const of = (some: readonly Change[]) => some.filter(isDue).length;
  const lastDelays = changes
    .filter(isDue)
    .slice(-lastChanges)
    .map((change) => told.delay(change));
  const partitions = new Set(world.table.select({}).map(({ partitionKey }) => partitionKey));
  for (const partition of partitions) world.table.drop(partition);
  world.exchange.forget();
  log.passkeys.clear();
  globalThis.gc?.();
  return {
    heap: process.memoryUsage().heapUsed,
    p50: percentile(lastDelays, 0.5),
    missed: of(told.missed),
    repeated: of(told.repeated),
  };
}

/** Both in processes of their own. */
export async function virtualDayRows(hours = [1, 3, 24]): Promise<BenchRow[]> {
  const held: Held[] = [];
  for (const many of hours) held.push(await inChild<Held>(import.meta.filename, [String(many)]));
  const [first, last] = [held.at(0), held.at(-1)];
  if (!first || !last) return [];
  const run = '30 changes a minute for a day of virtual time';
  return [
    {
      what: `${run}: missed; repeated`,
      target: '0; 0',
      measured: `${last.missed}; ${last.repeated}`,
      met: last.missed === 0 && last.repeated === 0,
    },
    atMost(`${run}: p50 at its end to that of its first hour`, 1.05, last.p50 / first.p50),
    atMost(`${run}: the heap at its end to that of its first hour`, 1.05, last.heap / first.heap),
    fact(
      `${run}: the heap after ${hours.join(', ')} hours`,
      held.map(({ heap }) => `${short(heap / 1e6)} MB`).join(', '),
    ),
  ];
}

if (import.meta.main) {
  if (process.send) {
    const held = await play(Number(process.argv[2]));
    process.send(held, () => process.disconnect());
  } else
    console.table(
      await virtualDayRows(process.argv[2] ? process.argv.slice(2).map(Number) : undefined),
    );
}
