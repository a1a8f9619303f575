import type { VirtualClock } from './virtualClock.ts';

/**
 * A timer function that runs on each multiple of a period, in milliseconds. A tick during a run is
 * skipped, and a run that fails is over: `failed` is told, and the next comes at its time.
 */
export function startTimer(
  clock: VirtualClock,
  periodMs: number,
  run: () => Promise<unknown>,
  failed: (error: unknown) => void,
): void {
  let running = false;
  const tick = () => {
    clock.at((Math.floor(clock.time / periodMs) + 1) * periodMs, tick);
    if (running) return;
    running = true;
    clock.task(async () => {
      try {
        await run();
      } catch (error) {
        failed(error);
      }
      running = false;
    });
  };
  clock.at(Math.ceil(clock.time / periodMs) * periodMs, tick);
}
