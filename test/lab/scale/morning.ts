import { seededRandom } from '../../../local/graph/random.ts';
import { AuditLog } from './auditLog.ts';
import { Fleet } from './fleet.ts';
import { type Change, kinds } from './kinds.ts';
import { latenessOf, prompt } from './lateness.ts';
import { percentile } from './percentile.ts';
import { Told } from './told.ts';
import { monday } from './week.ts';

const hourMs = 3_600_000;

/** Rows that a morning, from eight to eleven, brings into the log; few of them are changes. */
interface Morning {
  readonly rows: number;
  readonly changes: number;
  readonly hours?: number;
}

/** What came of it. Seconds from when a change was in the log until it was recorded, or mailed. */
interface MorningOutcome {
  readonly rows: number;
  readonly missed: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly polls: number;
  readonly failed: number;
  readonly throttled: number;
  /** Look-ups of passkeys, and those that were refused: they share Graph's limit with the polls. */
  readonly lookUps: number;
  readonly lookUpsRefused: number;
  /** Minutes after eight when the app first said that an event hub is due; undefined: it never did. */
  readonly warnedAfterMinutes: number | undefined;
  /** Minutes after eight when somebody first was told more than five minutes late. */
  readonly lateAfterMinutes: number | undefined;
}

/** Plays a morning by poll alone, with mailboxes to spare: what waits, waits for reading. */
export async function playMorning({ rows, changes, hours = 3 }: Morning): Promise<MorningOutcome> {
  const random = seededRandom(11);
  const begin = monday.getTime() + 8 * hourMs;
  const during = () => begin + Math.floor(hours * hourMs * random.next());
  const own = Array.from({ length: changes }, (_, person) => {
    return { kind: kinds.passkey, time: during(), person, administrator: 0 };
  });
  const noise = Math.max(0, rows - changes * kinds.passkey.rows.length);
  const others = Array.from({ length: noise }, () => {
    return { kind: kinds.noise, time: during(), person: random.below(100_000), administrator: 0 };
  });
  const log = new AuditLog(
    [...own, ...others]
      .sort((one, other) => one.time - other.time)
      .map((change, number): Change => ({ ...change, number })),
    latenessOf(random, prompt),
  );
  const told = new Told(log);
  const world = new Fleet({
    start: new Date(begin - hourMs),
    log,
    senders: 16,
    instances: 8,
    accepted: (mail, row) => told.take(mail, row),
    logged: (_, event) => {
      if (event === 'audit.crowded') warned ??= world.clock.time;
    },
  });
  let warned: number | undefined;
  await world.clock.run(begin + (hours + 2) * hourMs);
  const delays = log.changes.filter(({ kind }) => kind.telling.length > 0);
  const seconds = delays.map((change) => told.delay(change));
  const late = delays.filter((change) => told.delay(change) > 300).map(({ time }) => time);
  const minutes = (time: number | undefined) =>
    time === undefined ? undefined : Math.round((time - begin) / 60_000);
  return {
    rows: log.rows,
    missed: told.missed.length,
    p50: percentile(seconds, 0.5),
    p99: percentile(seconds, 0.99),
    max: percentile(seconds, 1),
    polls: world.runs.poll,
    failed: world.runs.pollFailed,
    throttled: world.graph.throttled,
    lookUps: world.graph.lookUps,
    lookUpsRefused: world.graph.lookUpsRefused,
    warnedAfterMinutes: minutes(warned),
    lateAfterMinutes: minutes(late.length > 0 ? Math.min(...late) : undefined),
  };
}
