import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fleet } from '../../scale/fleet.ts';
import type { Change } from '../../scale/kinds.ts';
import { percentile } from '../../scale/percentile.ts';
import { Told } from '../../scale/told.ts';
import { atMost, type BenchRow, fact } from '../row.ts';
import { senders } from './graphProcess.ts';
import { logOf, type Plan } from './plan.ts';
import { startRealWorld } from './realWorld.ts';

// Whether virtual time tells the truth: the same changes, played by `npm run host` for five minutes of real time
// and by the fleet in virtual time. Delays must agree within a poll. Requests are counted by Graph.

const secondMs = 1000;
const pollMs = 15 * secondMs;
const minutes = 5;
const everyMs = 2500;
/** The last rows are listed after two minutes, and told within half a minute. */
const lastMs = 150 * secondMs;
/** The app is at work before anything happens. */
const aheadMs = 2 * pollMs;
const seed = 15;

interface Played {
  readonly own: readonly number[];
  readonly urgent: readonly number[];
  readonly missed: number;
  readonly repeated: number;
  /** Requests to Graph, from the first change on: for the audit log, and for each mail. */
  readonly audit: number;
  readonly aMail: number;
}

const lengthMs = minutes * 60 * secondMs + lastMs;

async function playReal(plan: Plan): Promise<Played> {
  let failure: Error | undefined;
  const world = await startRealWorld(plan, (reason) => {
    failure = reason;
  });
  try {
    await sleep(Math.max(0, plan.start - Date.now()));
    const before = await world.counts();
    await sleep(plan.start + lengthMs - Date.now());
    if (failure) throw failure;
    const after = await world.counts();
    const asked = (...names: readonly string[]) =>
      names.reduce((sum, name) => sum + (after[name] ?? 0) - (before[name] ?? 0), 0);
    const { changes, arrivals } = logOf(plan);
    const delays = (isUrgent: boolean) =>
      changes.flatMap(({ number, kind }) => {
        const at = world.told.get(number);
        return kind.urgent === isUrgent && at ? (at - (arrivals[number] ?? 0)) / secondMs : [];
      });
    return {
      own: delays(false),
      urgent: delays(true),
      missed: changes.filter(({ number }) => !world.told.has(number)).length,
      repeated: [...world.mails.values()].filter((mails) => mails > 1).length,
      audit: asked('audit'),
      aMail: asked('users', 'methods', 'sendMail') / asked('sendMail'),
    };
  } finally {
    await world.stop();
  }
}

async function playVirtual(plan: Plan): Promise<Played> {
  const log = logOf(plan);
  const told = new Told(log);
  const world = new Fleet({
    start: new Date(plan.start - aheadMs),
    log,
    senders,
    instances: 1,
    seed,
    accepted: (mail, row) => told.take(mail, row),
  });
  const audit = () => world.meters.polls.graph + world.meters.sweeps.graph;
  await world.clock.run(plan.start);
  const before = audit();
  await world.clock.run(plan.start + lengthMs);
  const delays = (isUrgent: boolean) =>
    log.changes.flatMap((change: Change) =>
      change.kind.urgent === isUrgent ? told.delay(change) : [],
    );
  return {
    own: delays(false),
    urgent: delays(true),
    missed: told.missed.length,
    repeated: told.repeated.length,
    audit: audit() - before,
    aMail: world.meters.deliveries.graph / told.mails,
  };
}

/** The rows of `--real`. */
export async function agreementRows(): Promise<BenchRow[]> {
  const load = loadavg()[0] ?? 0;
  // Polls come at the same seconds in both.
  const start = Math.ceil((Date.now() + aheadMs) / pollMs) * pollMs;
  const count = (minutes * 60 * secondMs) / everyMs;
  const plan: Plan = { start, count, everyMs, seed, lateness: 'usual' };
  const [virtual, real] = [await playVirtual(plan), await playReal(plan)];
  const run = `${count} changes in five minutes of real time`;
  const row = (what: string, of: 'own' | 'urgent', share: number) => {
    const [one, other] = [percentile(real[of], share), percentile(virtual[of], share)];
    return {
      what: `${run}: ${what}; in virtual time`,
      target: 'within a poll (15 s)',
      measured: `${one.toFixed(1)} s; ${other.toFixed(1)} s`,
      met: Math.abs(one - other) * secondMs <= pollMs,
    };
  };
  return [
    {
      what: `${run}: missed; repeated`,
      target: '0; 0',
      measured: `${real.missed}; ${real.repeated}`,
      met: real.missed === 0 && real.repeated === 0,
    },
    row(`${real.own.length} own ones, p50`, 'own', 0.5),
    row('own ones, p99', 'own', 0.99),
    row(`${real.urgent.length} urgent ones, p50`, 'urgent', 0.5),
    row('urgent ones, p99', 'urgent', 0.99),
    fact(
      `${run}: reads of the audit log, as Graph counted them; in virtual time`,
      `${real.audit}; ${virtual.audit}`,
    ),
    atMost(`${run}: the same, times those in virtual time`, 1.1, real.audit / virtual.audit),
    fact(
      `${run}: Graph requests a mail, as Graph counted them; in virtual time`,
      `${real.aMail.toFixed(2)}; ${virtual.aMail.toFixed(2)}`,
    ),
    fact(
      `${run}: load of the machine at the start, at the end`,
      `${load.toFixed(1)}; ${(loadavg()[0] ?? 0).toFixed(1)}`,
    ),
  ];
}
