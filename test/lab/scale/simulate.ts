import { seededRandom } from '../../../local/graph/random.ts';
import { AuditLog } from './auditLog.ts';
import { Fleet, senderOf } from './fleet.ts';
import type { GraphEpisode } from './graph.ts';
import { type Change, kinds } from './kinds.ts';
import { asPublished, latenessOf } from './lateness.ts';
import type { MailboxEpisode } from './limitedExchange.ts';
import { Told } from './told.ts';
import { monday, planWeek, type TenantPlan } from './week.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** As far back as the sweep reads the log again; what is older is not asked for any more. */
const keptDays = 5;

export type Episode = (GraphEpisode | MailboxEpisode) & { readonly what: string };

/** A plan, and what it is played with. */
interface Simulation extends TenantPlan {
  readonly senders: number;
  readonly instances: number;
  readonly episodes: readonly Episode[];
  /** Told after each simulated day. */
  readonly progress?: (day: number, world: Fleet) => void;
}

/** What a run came to. */
export interface Outcome {
  readonly told: Told;
  readonly log: AuditLog;
  readonly mails: number;
  readonly missed: readonly Change[];
  readonly repeated: readonly Change[];
  /** Refusals for a limit, outside the episodes. */
  readonly throttled: { readonly sends: number; readonly reads: number };
  readonly refusedInEpisodes: number;
  readonly mostAtOnce: number;
  readonly left: number;
  readonly poisoned: number;
  readonly costs: Readonly<Record<'all' | 'fixed', Costs>>;
  readonly runs: Fleet['runs'];
  readonly events: ReadonlyMap<string, number>;
}

/** What is paid for. */
export interface Costs {
  readonly graphRequests: number;
  readonly tableTransactions: number;
  readonly queueMessages: number;
  readonly deliveries: number;
}

/** A sweep of a quiet tenant reads the state and the open notifications. */
const transactionsOfASweep = 2;

/** What was paid in all, and what of it polling and sweeping cost whether anything happens or not. */
function costsOf({ meters, queue, deliveries, runs }: Fleet): Record<'all' | 'fixed', Costs> {
  const { polls, idle, sweeps, events, deliveries: sending } = meters;
  return {
    all: {
      graphRequests: polls.graph + sweeps.graph + events.graph + sending.graph,
      tableTransactions: polls.table + sweeps.table + events.table + sending.table,
      queueMessages: queue.puts,
      deliveries,
    },
    fixed: {
      graphRequests: idle.graph,
      tableTransactions: idle.table + transactionsOfASweep * runs.sweep,
      queueMessages: 0,
      deliveries: 0,
    },
  };
}

/** Plays a plan, and a day and a quarter more: the last late rows are found by the day after. */
export async function simulate(simulation: Simulation): Promise<Outcome> {
  const { days, senders, instances, episodes, progress, seed } = simulation;
  const random = seededRandom(seed + 1);
  const log = new AuditLog(planWeek(simulation), latenessOf(random, asPublished));
  const told = new Told(log);
  const world = new Fleet({
    start: monday,
    log,
    senders,
    instances,
    seed,
    accepted: (mail, row) => told.take(mail, row),
  });
  for (const one of episodes) {
    if ('mailbox' in one) world.exchange.episodes.push(one);
    else world.graph.episodes.push(one);
  }
  for (let day = 1; day <= days + 1; day += 1) {
    await world.clock.run(monday.getTime() + day * dayMs);
    forget(world, day);
    progress?.(day, world);
  }
  await world.clock.run(world.clock.time + 6 * hourMs);
  return {
    told,
    log,
    mails: told.mails,
    missed: told.missed,
    repeated: told.repeated,
    throttled: { sends: world.exchange.throttled, reads: world.graph.throttled },
    refusedInEpisodes: world.graph.refusedInEpisodes + world.exchange.refusedInEpisode,
    mostAtOnce: world.exchange.mostAtOnce,
    left: world.table.open,
    poisoned: world.queue.poison.length,
    costs: costsOf(world),
    runs: world.runs,
    events: world.events,
  };
}

/** Drops a day of the ledger that nobody asks for any more, to bound memory. */
function forget({ table }: Fleet, today: number): void {
  const old = new Date(monday.getTime() + (today - keptDays - 1) * dayMs)
    .toISOString()
    .slice(0, 10);
  table.drop(old);
}

/** The three episodes of a week, those whose day there is. */
export function weekEpisodes(senders: number, days = 7): Episode[] {
  const time = (day: number, hour: number) => monday.getTime() + day * dayMs + hour * hourMs;
  const span = (day: number, hour: number, minutes: number) => ({
    from: time(day, hour),
    to: time(day, hour) + minutes * minuteMs,
  });
  const short = days < 4;
  return [
    { what: 'audit log refuses', of: 'audit', ...span(short ? 0 : 1, 10, 30) },
    {
      what: 'a mailbox refuses',
      mailbox: senderOf(Math.min(3, senders - 1)),
      ...span(short ? 0 : 2, 9, 20),
    },
    { what: 'users refused', of: 'users', ...span(short ? 0 : 3, 11, 10) },
  ];
}

/** Kinds of changes that are told. */
export const toldKinds = Object.values(kinds).filter(({ telling }) => telling.length > 0);
