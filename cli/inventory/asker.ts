import { auditPacer } from '../../functions/audit/pacer.ts';
import type { GetOptions, Graph } from '../../functions/graph/client.ts';
import type { Clock, Wait } from '../../functions/log.ts';
import { patience } from '../patiently.ts';

/** Asks Graph for a path below its version. Throws `GraphFailure` where asking again won't help. */
export type Ask = (path: string, version?: GetOptions['version']) => Promise<unknown>;

/** In ms: 5 requests in 10.5 s, the pace below. */
export const requestMs = 2_100;

/**
 * Asks at the pace that Graph allows reports and authentication methods (5 requests in 10 s), as often as it
 * takes. There is nobody to hurry for: what is refused is waited for.
 */
export function patientAsker(graph: Graph, now: Clock, wait: Wait): Ask {
  const pace = auditPacer(now, wait);
  const patiently = patience(wait);
  return async (path, version = 'v1.0') => {
    return patiently(async () => {
      await pace();
      return graph.get(path, { tries: 1, version });
    });
  };
}
