import type { Wait } from '../log.ts';
import { retry } from '../retry.ts';
import { GraphFailure } from './failure.ts';

interface Patience {
  /** How often in all. */
  readonly tries: number;
  readonly wait: Wait;
  /** In ms, after so many tries; undefined to give up. Usually the failure's own Retry-After. */
  readonly pauseMs: (failure: GraphFailure, tried: number) => number | undefined;
}

/**
 * Asks Graph again where that may help. What throws `GraphFailure` for want of a token isn't: a credential
 * has its own way of trying again, and everybody waits for the same one. Throws the last failure.
 */
export const askAgain = <T>(
  { tries, wait, pauseMs }: Patience,
  request: () => Promise<T>,
): Promise<T> =>
  retry(
    tries,
    async (failure, tried) => {
      if (!(failure instanceof GraphFailure) || !failure.retry || failure.kind === 'token') {
        return false;
      }
      const pause = pauseMs(failure, tried);
      if (pause === undefined) return false;
      await wait(pause);
      return true;
    },
    request,
  );
