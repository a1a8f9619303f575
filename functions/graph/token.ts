import type { TokenCredential } from '@azure/identity';
import { GraphFailure } from './failure.ts';

/** Gives out tokens, and can be told that one was refused: it looks for another then. */
export interface Credential extends TokenCredential {
  refuse?(scope: string, token: string): void;
}

/**
 * A token, within so many milliseconds whatever the credential does: those of the libraries wait for
 * ever where nobody answers. Throws `GraphFailure`: `token`.
 */
export async function tokenFor(
  scope: string,
  credential: Credential,
  timeoutMs: number,
): Promise<string> {
  const signal = AbortSignal.timeout(Math.ceil(timeoutMs));
  try {
    const over = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    const asked = credential.getToken(scope, { abortSignal: signal });
    const given = await Promise.race([asked, over]);
    if (given) return given.token;
  } catch (cause) {
    const { code, name, status } = cause as { code?: unknown; name: string; status?: number };
    const told = typeof code === 'string' ? code : name;
    throw new GraphFailure('token', { code: told, ...(status && { status }), cause });
  }
  throw new GraphFailure('token', { code: 'NoToken' });
}
