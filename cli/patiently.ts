import { askAgain } from '../functions/graph/askAgain.ts';
import type { Wait } from '../functions/log.ts';

/** In ms: Graph counts the requests that a command waits for within ten seconds. */
const throttledMs = 10_000;

/** Asks Graph six times where that may help, and waits in real time: there is nobody to hurry for. */
export const patiently = <T>(wait: Wait, request: () => Promise<T>): Promise<T> =>
  askAgain(
    {
      tries: 6,
      wait,
      pauseMs: ({ kind, retryAfterMs }, tried) =>
        retryAfterMs ?? (kind === 'throttled' ? throttledMs : 500 * 2 ** tried),
    },
    request,
  );
