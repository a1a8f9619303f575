import { auditPacer } from '../../functions/audit/pacer.ts';
import type { GetOptions, Graph } from '../../functions/graph/client.ts';
import { GraphFailure } from '../../functions/graph/failure.ts';
import type { Clock, Wait } from '../../functions/log.ts';

/** Asks Graph for a path below its version. Throws `GraphFailure` where asking again won't help. */
export type Ask = (path: string, version?: GetOptions['version']) => Promise<unknown>;

const mostTries = 6;
/** In ms: Graph counts these requests within ten seconds. */
const throttledMs = 10_000;

/** In ms: 5 requests in 10.5 s, the pace below. */
export const requestMs = 2_100;

/**
 * Asks at the pace that Graph allows reports and authentication methods (5 requests in 10 s), as often as it
 * takes. There is nobody to hurry for: what is refused is waited for.
 */
export function patientAsker(graph: Graph, now: Clock, wait: Wait): Ask {
  const pace = auditPacer(now, wait);
  // Where nothing ever answered, the address is wrong rather than the network slow.
  let reached = false;
  return async (path, version = 'v1.0') => {
    for (let tried = 1; ; tried += 1) {
      await pace();
      try {
        const answer = await graph.get(path, { tries: 1, version });
        reached = true;
        return answer;
      } catch (failure) {
        if (!(failure instanceof GraphFailure) || !failure.retry) throw failure;
        reached ||= failure.status > 0;
        if (tried >= (reached ? mostTries : 2)) throw failure;
        // The sign-in is over: asking again won't renew it.
        if (failure.kind === 'token') throw failure;
        const usual = failure.kind === 'throttled' ? throttledMs : 500 * 2 ** tried;
        await wait(failure.retryAfterMs ?? usual);
      }
    }
  };
}
