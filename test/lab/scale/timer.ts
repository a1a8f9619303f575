import type { Life, VirtualClock } from './virtualClock.ts';

/**
 * A timer function that runs on each multiple of a period, in milliseconds. A run that is longer than
 * that is followed by the next at once, and one that fails is over: `failed` is told, and the next
 * comes at its time. The timer ends with its process's life.
 */
export function startTimer(
  clock: VirtualClock,
  periodMs: number,
  run: () => Promise<unknown>,
  failed: (error: unknown) => void,
  life?: Life,
  /** When it runs first, instead of at the next multiple. In ms since 1970. */
  first = Math.ceil(clock.time / periodMs) * periodMs,
): void {
  const begin = () => {
    if (life?.isDead) return;
    const next = (Math.floor(clock.time / periodMs) + 1) * periodMs;
    clock.task(async () => {
      try {
        await run();
      } catch (error) {
        failed(error);
      }
      clock.at(next, begin);
    });
  };
  clock.at(first, begin);
}
