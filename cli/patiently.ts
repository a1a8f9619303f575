import { askAgain } from '../functions/graph/askAgain.ts';
import { GraphFailure } from '../functions/graph/failure.ts';
import type { Wait } from '../functions/log.ts';

/** In ms: Graph counts the requests that a command waits for within ten seconds. */
const throttledMs = 10_000;
/** For whoever asks for more, in ms, nobody sits and waits. */
const longestMs = 10 * 60_000;

/**
 * Asks Graph six times where that may help, and waits in real time: there is nobody to hurry for. Where nothing
 * ever answered it asks twice: the address is wrong rather than the network slow.
 */
export function patience(wait: Wait) {
  let reached = false;
  const noted = async <T>(request: () => Promise<T>): Promise<T> => {
    try {
      const answer = await request();
      reached = true;
      return answer;
    } catch (failure) {
      reached ||= !(failure instanceof GraphFailure) || failure.kind !== 'unreachable';
      throw failure;
    }
  };
  const pauseMs = ({ kind, retryAfterMs }: GraphFailure, tried: number) => {
    if (!reached && tried >= 2) return undefined;
    const pause = retryAfterMs ?? (kind === 'throttled' ? throttledMs : 500 * 2 ** tried);
    return pause > longestMs ? undefined : pause;
  };
  return <T>(request: () => Promise<T>): Promise<T> =>
    askAgain({ tries: 6, wait, pauseMs }, () => noted(request));
}
