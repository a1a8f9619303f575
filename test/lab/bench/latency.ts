import type { Environment } from '../../../functions/config/config.ts';
import { seededRandom } from '../../../local/graph/random.ts';
import { AuditLog } from '../scale/auditLog.ts';
import { Fleet } from '../scale/fleet.ts';
import { type Change, kinds } from '../scale/kinds.ts';
import { latenessOf, prompt } from '../scale/lateness.ts';
import { percentile } from '../scale/percentile.ts';
import { Told } from '../scale/told.ts';
import type { BenchRow } from './row.ts';

// How soon a quiet tenant's users are told, from when a change can be read in the audit log until
// Exchange has taken the mail. On a clock of its own: the machine's speed plays no part.

const start = new Date('2026-11-02T00:00:00Z');
const dayMs = 24 * 3_600_000;
const people = 500;

const usual = [kinds.passkey, kinds.authenticator, kinds.phone, kinds.deletion];
const urgent = [kinds.pass, kinds.phoneByAdmin];

interface Quiet {
  readonly days: number;
  readonly perDay: number;
  readonly seed: number;
  readonly settings?: Environment;
  /** In seconds, instead of host.json's. */
  readonly maxPollingInterval?: number;
}

/** Seconds from arrival to acceptance, sorted by nothing. */
interface Latencies {
  readonly own: readonly number[];
  readonly urgent: readonly number[];
  readonly missed: number;
  readonly repeated: number;
}

/** Plays some quiet days: changes at random seconds of each, one in five of them urgent. */
async function playQuiet({ days, perDay, seed, ...options }: Quiet): Promise<Latencies> {
  const random = seededRandom(seed);
  const changes = Array.from({ length: days * perDay }, (_, number): Change => {
    const day = Math.floor(number / perDay);
    return {
      kind: random.pick(number % 5 === 0 ? urgent : usual),
      // Not in the first hour: what is older than the first poll is not told.
      time: start.getTime() + dayMs * day + 3_600_000 + random.below(dayMs - 3_600_000),
      person: random.below(people),
      administrator: random.below(5),
      number,
    };
  });
  const log = new AuditLog(changes, latenessOf(random, prompt));
  const told = new Told(log);
  const world = new Fleet({
    start,
    log,
    senders: 2,
    instances: 1,
    seed,
    ...options,
    accepted: (mail, row) => told.take(mail, row),
  });
  await world.clock.run(start.getTime() + dayMs * (days + 1));
  const delays = (wanted: boolean) =>
    changes.flatMap((change) => (change.kind.urgent === wanted ? told.delay(change) : []));
  return {
    own: delays(false),
    urgent: delays(true),
    missed: told.missed.length,
    repeated: told.repeated.length,
  };
}

/** The rows of the table about latency. */
export async function latencyRows(settings: Environment = {}): Promise<BenchRow[]> {
  return rowsOf(await playQuiet({ days: 30, perDay: 20, seed: 7, settings }));
}

function rowsOf({ own, urgent, missed, repeated }: Latencies): BenchRow[] {
  const whole = missed === 0 && repeated === 0;
  const [median, worst] = [percentile(own, 0.5), percentile(own, 0.99)];
  const hurried = percentile(urgent, 0.99);
  return [
    {
      what: `quiet tenant, ${own.length} changes of one's own: in the log until mailed, p50; p99`,
      target: '≤ 10.8 s; ≤ 24.4 s',
      measured: `${median.toFixed(1)} s; ${worst.toFixed(1)} s`,
      met: whole && median <= 10.8 && worst <= 24.4,
    },
    {
      what: `quiet tenant, ${urgent.length} urgent changes: in the log until mailed, p99`,
      target: '≤ 24 s',
      measured: `${hurried.toFixed(1)} s`,
      met: whole && hurried <= 24,
    },
  ];
}

if (import.meta.main) {
  console.table(await latencyRows());
  for (const maxPollingInterval of [5, 2, 1]) {
    console.log(`with maxPollingInterval of ${maxPollingInterval} s`);
    const quiet = { days: 30, perDay: 20, seed: 7, maxPollingInterval };
    console.table(rowsOf(await playQuiet(quiet)));
  }
}
