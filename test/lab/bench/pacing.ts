import type { Environment } from '../../../functions/config/config.ts';
import { AuditLog } from '../scale/auditLog.ts';
import { Fleet } from '../scale/fleet.ts';
import { type Change, kinds } from '../scale/kinds.ts';
import type { Accepted } from '../scale/limitedExchange.ts';
import { someoneWithoutManager } from '../scale/people.ts';
import { percentile } from '../scale/percentile.ts';
import type { BenchRow } from './row.ts';

// How near sending comes to what Exchange allows, on a clock of its own: the machine's speed plays no
// part. A burst of changes is in the log at once, and an administrator's passes trickle in meanwhile.

const start = new Date('2026-11-24T08:00:00Z');
const minuteMs = 60_000;
/** Source: Exchange Online limits, messages a minute of each mailbox. */
const limitPerMinute = 30;
const mostRatio = 1.03;
const mostUrgentSeconds = 10;

interface Scenario {
  readonly mails: number;
  readonly senders: number;
  readonly instances: number;
  readonly settings?: Environment;
  /** How many, where a day's recipients do not last for the burst. */
  readonly days?: number;
  /** How long after the first message each worker comes up, in ms; else they wait for it. */
  readonly coldStartMs?: { readonly from: number; readonly to: number };
  /** Every how many people one has no manager: a day's recipients are to last for urgent ones, too. */
  readonly alone?: number;
}

/** What a burst came to. Times in ms. */
interface Burst {
  readonly told: number;
  readonly spanMs: number;
  /** Span over the ideal of everything that was sent in it. */
  readonly ratio: number;
  readonly throttled: number;
  /** How often a mailbox was given fewer mails a minute from then on. */
  readonly lessons: number;
  readonly mostAtOnce: number;
  readonly urgent: number;
  readonly urgentP99Seconds: number;
  readonly urgentMostSeconds: number;
  readonly runsPerMail: number;
  readonly messagesPerMail: number;
}

/** Plays one burst to its end. */
async function playBurst(scenario: Scenario): Promise<Burst> {
  const { mails, senders, instances, settings = {}, days = 1, alone = 10, coldStartMs } = scenario;
  const expectedMs = (mails / senders / limitPerMinute) * minuteMs * 1.1;
  const changes = burstChanges(mails, alone, expectedMs);
  const log = new AuditLog(changes, ({ kind }) => kind.offsets.map(() => 10_000));
  const burst: number[] = [];
  const sent: number[] = [];
  const waits: number[] = [];
  const world = new Fleet({
    start,
    log,
    senders,
    instances,
    settings,
    ...(coldStartMs && { coldStartMs }),
    accepted: ({ at }: Accepted, row) => {
      sent.push(at);
      if (row['urgent'] === true) waits.push((at - Date.parse(String(row['recordedAt']))) / 1000);
      else burst.push(at);
    },
  });
  const end = start.getTime() + Math.max(2 * expectedMs, (days - 1) * 24 * 60 * minuteMs);
  await world.clock.run(end, () => burst.length === mails && world.isSettled);
  const [first = 0, last = 0] = [Math.min(...burst), Math.max(...burst)];
  const within = sent.filter((at) => at >= first && at <= last).length;
  const spanMs = last - first;
  return {
    told: burst.length,
    spanMs,
    ratio: spanMs / ((within / senders / limitPerMinute) * minuteMs),
    throttled: world.exchange.throttled,
    lessons: world.events.get('warn sender.slowed') ?? 0,
    mostAtOnce: world.exchange.mostAtOnce,
    urgent: waits.length,
    urgentP99Seconds: percentile(waits, 0.99),
    urgentMostSeconds: percentile(waits, 1),
    runsPerMail: world.deliveries / sent.length,
    messagesPerMail: world.queue.puts / sent.length,
  };
}

/** People who all registered a phone just now, and passes for others from then on. */
function burstChanges(mails: number, alone: number, forMs: number): Change[] {
  const time = start.getTime();
  const burst = Array.from({ length: mails }, (_, number): Change => {
    // Neighbours have the same manager: those who are told together are of many teams.
    const member = (number * 37) % mails;
    const person = number % alone === 0 ? someoneWithoutManager(number) : member;
    const at = time + 20_000 + Math.floor((20_000 * number) / mails);
    return { kind: kinds.phone, time: at, person, administrator: 0, number };
  });
  const everyMs = 2 * minuteMs + 7_000;
  const passes = Array.from({ length: Math.ceil(forMs / everyMs) }, (_, index): Change => {
    const person = someoneWithoutManager(mails + index);
    const at = time + 3 * minuteMs + index * everyMs;
    return { kind: kinds.pass, time: at, person, administrator: index % 5, number: mails + index };
  });
  return [...burst, ...passes];
}

export const bursts: readonly Scenario[] = [
  // With managers in copy they would be more recipients than one mailbox has in a day.
  { mails: 5000, senders: 1, instances: 1, settings: { COPY_MANAGER: 'risky' } },
  { mails: 5000, senders: 4, instances: 1 },
  { mails: 5000, senders: 16, instances: 4 },
  // Nobody is there at first. Then Functions starts as many as the whole length of the queue asks for.
  ...[1, 4].flatMap((senders) =>
    [1, 8, 40].map((instances) => ({
      mails: 500,
      senders,
      instances,
      coldStartMs: { from: 4000, to: 20_000 },
    })),
  ),
];

/** The rows of the table about pacing. */
export async function pacingRows(scenarios = bursts): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const scenario of scenarios) rows.push(...rowsOf(scenario, await playBurst(scenario)));
  return rows;
}

function rowsOf(scenario: Scenario, burst: Burst): BenchRow[] {
  const { mails, senders, instances, coldStartMs } = scenario;
  const { ratio, throttled, lessons, mostAtOnce, urgentP99Seconds, told, urgent } = burst;
  const cold = coldStartMs ? ', cold' : '';
  const what = `${mails} mails, ${senders} sender(s), ${instances} worker(s)${cold}`;
  return [
    {
      what: `${what}: time over the ideal of 30 a minute; throttled; at once`,
      target: `≤ ${mostRatio}; 0; ≤ 4`,
      measured: `${ratio.toFixed(3)}; ${throttled}; ${mostAtOnce}`,
      met: told === mails && ratio <= mostRatio && throttled + lessons === 0 && mostAtOnce <= 4,
    },
    {
      what: `${what}: an urgent one waits, p99 of ${urgent}`,
      target: `≤ ${mostUrgentSeconds} s`,
      measured: `${urgentP99Seconds.toFixed(1)} s`,
      met: urgentP99Seconds <= mostUrgentSeconds,
    },
  ];
}

if (import.meta.main) {
  console.table(await pacingRows());
  const more: readonly Scenario[] = [
    { mails: 5000, senders: 1, instances: 2, settings: { COPY_MANAGER: 'risky' } },
    // A day's recipients are used up before all are told.
    { mails: 12_000, senders: 2, instances: 1, days: 3, alone: 1_000_000 },
  ];
  for (const scenario of more) console.log(scenario, await playBurst(scenario));
}
