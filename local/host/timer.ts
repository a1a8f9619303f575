import { nextRun } from '../../functions/config/nextRuns.ts';
import { invoke, runtimeTime } from './invocation.ts';
import type { Log } from './logLine.ts';
import type { TimerFunction } from './registration.ts';
import { parseSchedule } from './schedule.ts';

/** A timer function and its clock. */
export interface Timer {
  /** starts the clock */
  start(): void;
  /** runs the function now, or joins the run under way */
  run(): Promise<void>;
  /** stops the clock; resolves when no run is under way */
  stop(): Promise<void>;
}

/** What the runtime writes when the function never ran. */
const never = '0001-01-01T00:00:00+00:00';

/** Node's timers reach no further, in ms: a longer wait is begun again. */
const longestWait = 2 ** 31 - 1;

/** Prepares a timer. Two runs of it never overlap: a tick during a run is skipped. */
export function createTimer(target: TimerFunction, log: Log): Timer {
  const schedule = parseSchedule(target.name, target.schedule);
  let running: Promise<void> | undefined;
  let last: Date | undefined;
  let skipped = false;
  let stopped = false;
  let clock: NodeJS.Timeout | undefined;

  function run(): Promise<void> {
    if (stopped) return Promise.reject(new Error(`The host of "${target.name}" has stopped.`));
    running ??= runOnce().finally(() => {
      running = undefined;
    });
    return running;
  }

  async function runOnce(): Promise<void> {
    const timer = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: status(),
      IsPastDue: skipped,
    };
    skipped = false;
    last = new Date();
    await invoke(target, { data: { json: JSON.stringify(timer) } }, log);
  }

  function status() {
    if (!target.useMonitor) return null;
    const next = nextRun(schedule, new Date());
    return {
      Last: last ? runtimeTime(last) : never,
      Next: next ? runtimeTime(next) : never,
      LastUpdated: last ? runtimeTime(last) : never,
    };
  }

  function waitFor(next: Date | undefined): void {
    if (!next || stopped) return;
    const left = next.getTime() - Date.now();
    clock = setTimeout(
      () => {
        if (left > longestWait) return waitFor(next);
        if (running) skipped = true;
        else void run();
        waitFor(nextRun(schedule, next));
      },
      Math.min(Math.max(left, 0), longestWait),
    );
  }

  return {
    run,
    start() {
      waitFor(nextRun(schedule, new Date()));
      if (target.runOnStartup) void run();
    },
    async stop() {
      stopped = true;
      clearTimeout(clock);
      await running;
    },
  };
}
