import type { TokenCredential } from '@azure/identity';
import type { Config } from '../functions/config/config.ts';
import { connectGraph, type Graph } from '../functions/graph/client.ts';
import type { Clock, Wait } from '../functions/log.ts';

/** Graph as whoever is signed in; where the settings ask for no identity, as nobody. Throws what signing in throws. */
export async function signedInGraph(
  { identity, GRAPH_BASE_URL: origin }: Pick<Config, 'identity' | 'GRAPH_BASE_URL'>,
  signedIn: TokenCredential,
  now: Clock,
  wait: Wait,
): Promise<Graph> {
  const credential = identity.kind === 'none' ? undefined : signedIn;
  // Before anything else: requests would say less of what is wrong, and try again.
  await credential?.getToken(`${origin.origin}/.default`);
  return connectGraph({ origin, now, wait, ...(credential && { credential }) });
}
