import { invoke, runtimeMoment } from './invocation.ts';
import type { Ends, Listener } from './listener.ts';
import { failureOf, type Log } from './logLine.ts';
import { timeoutOf } from './message.ts';
import { refusalOf } from './refusal.ts';
import type { TimerFunction } from './registration.ts';
import type { HostRules } from './rules.ts';
import { parseSchedule } from './schedule.ts';
import { timerLock } from './timerLock.ts';
import { afterRun, beginTimer, isMonitored, type TimerStatus } from './timerStatus.ts';
import type { TimerStore } from './timerStore.ts';

/** A timer function and its clock. */
export interface Timer extends Listener {
  /** runs the function now, or joins the run under way */
  run(): Promise<void>;
}

/** What a timer's listener goes by. */
interface TimerOptions {
  readonly store: TimerStore;
  readonly rules: HostRules;
  readonly log: Log;
  readonly ends: Ends;
}

/** What the runtime writes when the function never ran. */
const never = '0001-01-01T00:00:00+00:00';

/** Node's timers reach no further, in ms: a longer wait is begun again. */
const longestWait = 2 ** 31 - 1;

/** Prepares a timer. Two runs of it never overlap: one that is late begins when the other has ended. */
export function createTimer(
  target: TimerFunction,
  { store, rules, log, ends }: TimerOptions,
): Timer {
  const schedule = parseSchedule(target.name, target.schedule);
  const monitored = target.useMonitor && isMonitored(schedule);
  const lock = timerLock(target.name, { store, rules, log, ends });
  let status: TimerStatus = beginTimer(undefined, schedule, new Date()).status;
  let running: Promise<void> | undefined;
  let stopped = false;
  let clock: NodeJS.Timeout | undefined;

  function run(how: { isPastDue?: true; scheduled?: true } = {}): Promise<void> {
    if (stopped) return Promise.reject(new Error(`The host of "${target.name}" has stopped.`));
    running ??= runOnce(how).finally(() => {
      running = undefined;
    });
    return running;
  }

  async function runOnce({
    isPastDue = false,
    scheduled = false,
  }: {
    isPastDue?: boolean;
    scheduled?: boolean;
  }): Promise<void> {
    const began = new Date();
    const timer = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: monitored ? described(status) : null,
      IsPastDue: isPastDue,
    };
    const outcome = await invoke(target, { data: { json: JSON.stringify(timer) } }, log);
    if (outcome === 'timed out') return ends(timeoutOf(target));
    status = afterRun(status, schedule, { began, scheduled });
    if (!monitored) return;
    // The host does its best here, too.
    await store.write(target.name, status).catch((error) => {
      log('error', { event: 'host.storage', function: target.name, ...failureOf(error) });
    });
  }

  /** Waits for the next occurrence, or begins at once what is over already. */
  function wait(): void {
    if (stopped) return;
    const left = status.next.getTime() - Date.now() - rules.early * 1000;
    const late = left > longestWait;
    clock = setTimeout(
      () => (late ? wait() : tick({ scheduled: true })),
      Math.max(0, Math.min(left, longestWait)),
    );
  }

  function tick(how: { isPastDue?: true; scheduled?: true }): void {
    if (stopped) return;
    void run(how).finally(wait);
  }

  /** Called by the one host that has the lease. */
  async function listen(): Promise<void> {
    try {
      const stored = monitored ? await store.read(target.name) : undefined;
      const begun = beginTimer(stored, schedule, new Date());
      status = begun.status;
      if (monitored && begun.write) await store.write(target.name, begun.write);
      if (begun.isPastDue) tick({ isPastDue: true });
      else if (target.runOnStartup) tick({});
      else wait();
    } catch (error) {
      ends(
        refusalOf(
          error,
          `read the status of the timer ${target.name} from`,
          'blob',
          'container azure-webjobs-hosts',
        ),
      );
    }
  }

  return {
    run: () => run(),
    start() {
      lock.start(listen);
    },
    async stop() {
      stopped = true;
      clearTimeout(clock);
      await running;
      await lock.stop();
    },
  };
}

const described = ({ last, next, lastUpdated }: TimerStatus) => ({
  Last: last ? runtimeMoment(last) : never,
  Next: runtimeMoment(next),
  LastUpdated: lastUpdated ? runtimeMoment(lastUpdated) : never,
});
