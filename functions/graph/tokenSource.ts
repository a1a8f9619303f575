import type { AccessToken, GetTokenOptions } from '@azure/identity';
import type { Clock, Log } from '../log.ts';
import type { Credential } from './token.ts';
import { within } from './within.ts';

/** A token and when it ends, in ms since 1970. */
export interface IssuedToken {
  readonly token: string;
  readonly endsAt: number;
}

/** Why there was no token. Its message holds codes only; `says` are the endpoint's own words, cut. */
export class TokenFailure extends Error {
  override readonly name = 'TokenFailure';
  readonly retry = true;
  readonly code: string;
  /** HTTP status, where the endpoint answered. */
  readonly status: number | undefined;
  readonly says: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    code: string,
    facts: Partial<Pick<TokenFailure, 'status' | 'says' | 'retryAfterMs'>>,
  ) {
    super(`no token: ${facts.status ?? ''} ${code}`.replace('  ', ' '));
    this.code = code;
    this.status = facts.status;
    this.says = facts.says;
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/**
 * Asks for a token for a resource. `refused`: one that the resource did not accept, so that a cache on
 * the way gives another. Throws `TokenFailure`, or anything.
 */
export type Issuer = (
  resource: string,
  signal: AbortSignal,
  refused: string | undefined,
) => Promise<IssuedToken>;

/** How long whoever needs a token waits for it, and how long one request for it may take, in ms. */
interface TokenLimits {
  readonly callerMs: number;
  readonly tryMs: number;
}

const usual: TokenLimits = { callerMs: 10_000, tryMs: 30_000 };

/** A token is not used in its last moments: requests take their time. In ms. */
const marginMs = 60_000;
/** Between failed requests, in ms: longer each time. Everybody works again so long after the endpoint does. */
const [shortestPauseMs, longestPauseMs] = [5_000, 60_000];
/** A resource that refuses every token does not make the endpoint busy, in ms. */
const refusalPauseMs = 30_000;

interface Kept {
  issued?: IssuedToken;
  /** Half of the token's life; after a failure, when to try again. In ms since 1970. */
  renewAt: number;
  request?: Promise<IssuedToken>;
  refused?: string;
  askedAt: number;
  failures: number;
  failure?: unknown;
}

interface TokenRoom {
  readonly now: Clock;
  readonly log: Log;
}

/**
 * The one source of tokens of a process. However many ask, there is one request for each resource. A
 * token is used for as long as it is valid, and renewed behind the callers' backs from half its life on:
 * a renewal that fails is an event, and an error only once the token has run out.
 */
export class TokenSource implements Credential {
  readonly #issue: Issuer;
  readonly #room: TokenRoom;
  readonly #limits: TokenLimits;
  readonly #kept = new Map<string, Kept>();

  constructor(issue: Issuer, room: TokenRoom, limits = usual) {
    this.#issue = issue;
    this.#room = room;
    this.#limits = limits;
  }

  /** Throws `TokenFailure`. */
  async getToken(scope: string | string[], options: GetTokenOptions = {}): Promise<AccessToken> {
    const resource = resourceOf(scope);
    const kept = this.#of(resource);
    const now = this.#time();
    const isDue = now >= kept.renewAt;
    if (this.#isValid(kept)) {
      if (isDue) this.#renew(resource, kept).catch(() => {});
      return accessToken(kept.issued as IssuedToken);
    }
    if (!isDue && !kept.request) throw kept.failure;
    const longestMs = options.requestOptions?.timeout ?? this.#limits.callerMs;
    const late = () => new TokenFailure('TimeoutError', {});
    return accessToken(await within(longestMs, this.#renew(resource, kept), late));
  }

  /** The resource did not accept a token: the next one is asked for. */
  refuse(scope: string, token: string): void {
    const kept = this.#of(resourceOf(scope));
    if (kept.issued?.token !== token || this.#time() - kept.askedAt < refusalPauseMs) return;
    delete kept.issued;
    kept.refused = token;
    kept.renewAt = 0;
  }

  #time = () => this.#room.now().getTime();

  #of(resource: string): Kept {
    const kept = this.#kept.get(resource) ?? { renewAt: 0, askedAt: -refusalPauseMs, failures: 0 };
    this.#kept.set(resource, kept);
    return kept;
  }

  #isValid = ({ issued }: Kept) => issued !== undefined && issued.endsAt - marginMs > this.#time();

  #renew(resource: string, kept: Kept): Promise<IssuedToken> {
    kept.request ??= this.#ask(resource, kept).finally(() => {
      delete kept.request;
    });
    return kept.request;
  }

  async #ask(resource: string, kept: Kept): Promise<IssuedToken> {
    const { tryMs } = this.#limits;
    const late = () => new TokenFailure('TimeoutError', {});
    kept.askedAt = this.#time();
    try {
      const signal = AbortSignal.timeout(tryMs);
      // Not every library heeds the signal.
      const issued = await within(tryMs, this.#issue(resource, signal, kept.refused), late);
      if (!(issued.endsAt - marginMs > this.#time())) throw new TokenFailure('TokenExpired', {});
      kept.issued = issued;
      kept.renewAt = (this.#time() + issued.endsAt) / 2;
      kept.failures = 0;
      delete kept.refused;
      return issued;
    } catch (error) {
      const failure = asTokenFailure(error);
      const pause = failure.retryAfterMs ?? shortestPauseMs * 2 ** Math.min(kept.failures, 10);
      const bounded = Math.max(shortestPauseMs, Math.min(pause, longestPauseMs));
      kept.failures += 1;
      kept.failure = failure;
      kept.renewAt = this.#time() + bounded;
      this.#say(resource, kept, failure);
      throw failure;
    }
  }

  #say(resource: string, kept: Kept, { code, status, says }: TokenFailure): void {
    const left = kept.issued ? Math.round((kept.issued.endsAt - this.#time()) / 60_000) : 0;
    const level = this.#isValid(kept) ? 'warn' : 'error';
    const validForMinutes = Math.max(0, left);
    this.#room.log(level, 'token.failed', { resource, status, code, says, validForMinutes });
  }
}

/** `https://graph.microsoft.com/.default` → `https://graph.microsoft.com`. */
const resourceOf = (scope: string | string[]) =>
  (Array.isArray(scope) ? (scope[0] ?? '') : scope).replace(/\/\.default$/, '');

/** It ends a little before it really does, so that nobody else keeps it for longer than this source. */
const accessToken = ({ token, endsAt }: IssuedToken): AccessToken => ({
  token,
  expiresOnTimestamp: endsAt - marginMs,
});

/** What a library threw, by its code: its message may hold names. */
function asTokenFailure(error: unknown): TokenFailure {
  if (error instanceof TokenFailure) return error;
  const { name = 'Error', message = '' } = Object(error) as Partial<Error>;
  const [says] = /AADSTS\d+/.exec(message) ?? [];
  return new TokenFailure(name, { ...(says && { says }) });
}
