import type { TokenCredential } from '@azure/identity';
import type { Config } from '../config/config.ts';
import type { Clock, Log } from '../log.ts';
import { issuedBy } from './identityEndpoint.ts';
import type { Credential } from './token.ts';
import { type Issuer, TokenFailure, TokenSource } from './tokenSource.ts';

/** The credentials of a process: one choice, and one source of tokens for each identity. */
export interface Credentials {
  /** For Graph; none for loopback. */
  readonly graph: Credential | undefined;
  /** For storage; none where there is a connection string. */
  readonly storage: Credential | undefined;
}

/**
 * Chooses for Graph and storage alike: who is signed in, if anybody; in Azure the user-assigned managed
 * identity by its client id, elsewhere what the environment names. No call is made yet.
 */
export function credentialsOf(
  { identity, storage }: Pick<Config, 'identity' | 'storage'>,
  room: { readonly now: Clock; readonly log: Log },
  signedIn?: TokenCredential,
): Credentials {
  const sources = new Map<string, Credential>();
  const sourceFor = (clientId: string | undefined): Credential => {
    if (signedIn) return signedIn;
    const { endpoint } = identity;
    const key = endpoint ? (clientId ?? '') : '';
    const issue = endpoint && clientId ? issuedBy(endpoint, clientId) : fromEnvironment();
    const source = sources.get(key) ?? new TokenSource(issue, room);
    sources.set(key, source);
    return source;
  };
  // A stand-in for Graph is sent no token; where one of the endpoint runs beside it, the app asks for it.
  const isRehearsed = identity.endpoint !== undefined && !signedIn;
  const needsToken = identity.kind !== 'none' || isRehearsed;
  return {
    graph: needsToken ? sourceFor(identity.clientId ?? 'local') : undefined,
    storage: 'connectionString' in storage ? undefined : sourceFor(storage.clientId),
  };
}

/** An app's secret or certificate, or a workload identity. */
function fromEnvironment(): Issuer {
  let opened: Promise<TokenCredential> | undefined;
  const open = async () => {
    // In Azure the platform gives out tokens, and this library would be half of what is loaded.
    const { EnvironmentCredential } = await import('@azure/identity');
    return new EnvironmentCredential();
  };
  return async (resource, abortSignal) => {
    opened ??= open();
    const credential = await opened.catch((error) => {
      opened = undefined;
      throw error;
    });
    const given = await credential.getToken(`${resource}/.default`, { abortSignal });
    if (!given) throw new TokenFailure('NoToken', {});
    return { token: given.token, endsAt: given.expiresOnTimestamp };
  };
}
