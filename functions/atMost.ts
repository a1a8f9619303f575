import type { Wait } from './log.ts';

/** Waits for work that does not fail, for so many milliseconds at most: no timer is left behind. */
export async function atMost(
  milliseconds: number,
  work: Promise<unknown>,
  waiting: Wait,
): Promise<void> {
  const over = new AbortController();
  await Promise.race([work, waiting(milliseconds, over.signal)]);
  // A reason of its own: the one that abort makes has a stack trace, and nobody reads it.
  over.abort('over');
}
