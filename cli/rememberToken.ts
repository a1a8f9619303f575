import type { AccessToken, TokenCredential } from '@azure/identity';

/** A token is asked for anew this long before it ends, in ms. */
const marginMs = 5 * 60_000;

/**
 * Keeps each scope's token for as long as it is good. The command lines' credentials do not: they
 * would start a process for each request to Graph.
 */
export function rememberToken(
  credential: TokenCredential,
  now: () => number = Date.now,
): TokenCredential {
  const kept = new Map<string, Promise<AccessToken | null>>();
  return {
    async getToken(scopes, options) {
      const key = JSON.stringify(scopes);
      const known = await kept.get(key)?.catch(() => null);
      if (known && known.expiresOnTimestamp - marginMs > now()) return known;
      const asked = credential.getToken(scopes, options);
      kept.set(key, asked);
      return asked;
    },
  };
}
