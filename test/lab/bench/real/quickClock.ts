import { createRequire, syncBuiltinESMExports } from 'node:module';

// Loaded before a process's own first module: its clock runs faster than a real one, so that a day takes minutes.
// Processes that are given the same start share the time. Timers run faster too, but less so: what waits for an
// answer does not give up though the machine is busy. What Node measures inside, such as `AbortSignal.timeout`,
// stays as it is.

const { env } = process;
/** How many times faster; 1 where nobody asked for it. */
const clockTimes = Number(env['BENCH_CLOCK_TIMES'] ?? 1);
const started = Number(env['BENCH_CLOCK_START'] ?? 0);

if (clockTimes !== 1) {
  const RealDate = Date;
  const now = () => Math.floor(started + (RealDate.now() - started) * clockTimes);
  globalThis.Date = class extends RealDate {
    constructor(...args: readonly unknown[]) {
      super(...((args.length === 0 ? [now()] : args) as [number]));
    }
    static override now = now;
  } as DateConstructor;
  const require = createRequire(import.meta.url);
  const timers = require('node:timers') as Record<string, unknown>;
  const promised = require('node:timers/promises') as Record<string, unknown>;
  const { setTimeout: later, setInterval: again } = globalThis;
  const { setTimeout: sleep } = promised as {
    setTimeout: typeof import('node:timers/promises').setTimeout;
  };
  const timerTimes = Math.max(1, clockTimes / 6);
  const inReal = (milliseconds?: number) => (milliseconds ?? 0) / timerTimes;
  const quick = {
    setTimeout: (call: () => void, milliseconds?: number, ...rest: []) =>
      later(call, inReal(milliseconds), ...rest),
    setInterval: (call: () => void, milliseconds?: number, ...rest: []) =>
      again(call, inReal(milliseconds), ...rest),
  };
  Object.assign(globalThis, quick);
  Object.assign(timers, quick);
  promised['setTimeout'] = (milliseconds?: number, ...rest: []) =>
    sleep(inReal(milliseconds), ...rest);
  syncBuiltinESMExports();
}
