import {
  type Arrivals,
  arrivalsOf,
  evening,
  forecast,
  morning,
} from '../../../cli/rehearse/wave/forecast.ts';
import type { Environment } from '../../../functions/config/config.ts';
import type { StoredRow } from '../../../functions/ledger/store.ts';
import type { SecurityInfoChange } from '../../../functions/recognise/change.ts';
import { type Random, seededRandom } from '../../../local/graph/random.ts';
import { AuditLog } from './auditLog.ts';
import { Fleet } from './fleet.ts';
import { type Change, kinds, placeOf } from './kinds.ts';
import { asPublished, latenessOf } from './lateness.ts';
import { percentile } from './percentile.ts';
import { Told } from './told.ts';
import { monday, ordinaryMails, planWeek } from './week.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** A row is listed within two minutes; the few that are later count as late rows, not as the line. */
const listedMs = 5 * minuteMs;
const keptDays = 5;
/** What a companion waits: half as long again as SETTLE_SECONDS, as it is unless it is set. */
const settleSeconds = 22.5;

/** People who all must register a passkey within some working days, and what tells them. */
export interface Wave {
  readonly people: number;
  readonly days: number;
  readonly mailboxes: number;
  /** Managers are in copy. */
  readonly copies: boolean;
  readonly eventHub: boolean;
  /** SEND_RATE_PER_MINUTE. */
  readonly ratePerMinute?: number;
  /** How long each answer of Graph takes. */
  readonly latencyMs?: number;
  readonly seed?: number;
  readonly progress?: (day: number, open: number) => void;
}

/** What a wave came to. Times in days or seconds, as they are called. */
export interface WaveOutcome {
  readonly told: Told;
  readonly log: AuditLog;
  /** Days that were played. */
  readonly lasting: number;
  /** Whether somebody did it themselves: it waits in line. */
  readonly isOwn: (change: Change) => boolean;
  readonly missed: number;
  readonly repeated: number;
  readonly left: number;
  readonly throttled: { readonly sends: number; readonly reads: number };
  /** Seconds from recording to acceptance, without what a companion waits for the row of its change. */
  readonly urgent: { readonly count: number; readonly p99: number; readonly max: number };
  /** When the last mail of the wave left, since the Monday's midnight. */
  readonly emptyAfterDays: number;
  readonly predictedDays: number;
  readonly longestLine: number;
  readonly predictedLine: number;
  readonly runs: Fleet['runs'];
  readonly events: ReadonlyMap<string, number>;
}

/** Plays a wave on top of ordinary weeks, until its line is empty and what is late has come. */
export async function playWave(wave: Wave): Promise<WaveOutcome> {
  const {
    people,
    days,
    mailboxes,
    copies,
    eventHub,
    ratePerMinute = 30,
    latencyMs,
    seed = 1,
    progress,
  } = wave;
  const arrivals = waveArrivals(wave);
  const sending = { mailboxes, ratePerMinute, recipients: copies ? 2 : 1 };
  const expected = forecast(arrivals, sending);
  const lasting = Math.ceil(Math.max(expected.emptyAfterDays, arrivals.lastAt / 24)) + 1;
  const random = seededRandom(seed + 1);
  const { changes, isOfWave } = planWave(people, days, lasting, random);
  const log = new AuditLog(changes, latenessOf(random, asPublished));
  const told = new Told(log);
  const waits: number[] = [];
  const settings: Environment = {
    COPY_MANAGER: copies ? 'always' : 'never',
    SEND_RATE_PER_MINUTE: `${ratePerMinute}`,
  };
  const world = new Fleet({
    start: monday,
    log,
    senders: mailboxes,
    instances: Math.max(1, Math.round(mailboxes / 4)),
    seed,
    settings,
    eventHub,
    accepted: (mail, row) => {
      told.take(mail, row);
      if (row['urgent'] !== true) return;
      waits.push((mail.at - Date.parse(String(row['recordedAt']))) / 1000 - settling(row, log));
    },
  });
  if (latencyMs !== undefined) world.graph.latencyMs = latencyMs;
  let longestLine = 0;
  const look = () => {
    longestLine = Math.max(longestLine, world.table.open);
    world.clock.at(world.clock.time + 10 * minuteMs, look);
  };
  look();
  // A day more, and six hours: what was listed late on the last day is found by the daily reading after it.
  for (let day = 1; day <= lasting + 1; day += 1) {
    await world.clock.run(monday.getTime() + day * dayMs);
    const old = day - keptDays - Math.ceil(expected.longestWaitHours / 24) - 1;
    world.table.drop(new Date(monday.getTime() + old * dayMs).toISOString().slice(0, 10));
    progress?.(day, world.table.open);
  }
  await world.clock.run(world.clock.time + 6 * hourMs);
  const last = changes
    .filter(
      ({ number, time }) => isOfWave(number) && (log.arrivals[number] ?? 0) - time <= listedMs,
    )
    .reduce((latest, { number }) => Math.max(latest, told.times[number] ?? 0), 0);
  return {
    told,
    log,
    lasting,
    isOwn: ({ kind }) => !kind.urgent,
    missed: told.missed.length,
    repeated: told.repeated.length,
    left: world.table.open + world.queue.poison.length,
    throttled: { sends: world.exchange.throttled, reads: world.graph.throttled },
    urgent: { count: waits.length, p99: percentile(waits, 0.99), max: percentile(waits, 1) },
    emptyAfterDays: (last - monday.getTime()) / dayMs,
    predictedDays: expected.emptyAfterDays,
    longestLine,
    predictedLine: expected.longestLine,
    runs: world.runs,
    events: world.events,
  };
}

/** Seconds that a mail waits for the fuller row of its change: it was recorded by a companion alone. */
function settling(row: StoredRow, { changes }: AuditLog): number {
  const [first] = JSON.parse(String(row['changes'])) as SecurityInfoChange[];
  const { change = 0, part = 0 } = first ? placeOf(first.auditId) : {};
  return changes[change]?.kind.telling.includes(part) ? 0 : settleSeconds;
}

/** When its mails come up, for the forecast. Pure. */
const waveArrivals = ({ people, days }: Pick<Wave, 'people' | 'days'>): Arrivals =>
  arrivalsOf({ mails: people, days, ordinary: ordinaryMails(people) });

function planWave(people: number, days: number, lasting: number, random: Random) {
  const ordinary = planWeek({ users: people, days: lasting, campaign: 0, seed: 1 });
  const wave = Array.from({ length: people }, (_, made): Omit<Change, 'number'> => {
    const day = made % days;
    const time = monday.getTime() + dayMs * (day + 2 * Math.floor(day / 5)) + waveTime(random);
    // A prime that is no divisor of the number of people: each takes part once, and teams at any time.
    return { kind: kinds.passkey, time, person: (made * 7919 + 13) % people, administrator: 0 };
  });
  const marked = [
    ...ordinary.map((change) => ({ change, of: false })),
    ...wave.map((change) => ({ change, of: true })),
  ].sort((one, other) => one.change.time - other.change.time);
  const changes = marked.map(({ change }, number): Change => ({ ...change, number }));
  return { changes, isOfWave: (number: number) => marked[number]?.of === true };
}

/** Milliseconds of the day. */
function waveTime(random: Random): number {
  const { from, to, share } = morning;
  const inMorning = random.next() < share;
  const [begin, end] = inMorning ? [from, to] : [to, evening];
  return Math.floor((begin + (end - begin) * random.next()) * hourMs);
}
