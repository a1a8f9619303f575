import type { TokenCredential } from '@azure/identity';
import {
  AuthenticationHandler,
  Client,
  type Middleware,
  ResponseType,
} from '@microsoft/microsoft-graph-client';
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js';
import type { Clock, Wait } from '../log.ts';
import { failureKind, GraphFailure, retryAfterMs } from './failure.ts';
import { Attempt, OriginHandler } from './originHandler.ts';

/** The narrow door to Microsoft Graph that the rooms use. All methods throw `GraphFailure`. */
export interface Graph {
  /** Origin that a nextLink must have. */
  readonly origin: string;
  /** GET of a path below /v1.0, tried up to three times where that can help. */
  get(path: string, options?: GetOptions): Promise<unknown>;
  /** POST of JSON to an action that only reads: tried as often as a GET. */
  post(path: string, body: object, options?: GetOptions): Promise<unknown>;
  /** POST of a base64 MIME message, tried once: a repeat could be a second mail. */
  sendMail(mailbox: string, mime: Buffer, timeoutMs: number): Promise<void>;
}

/** `tries` defaults to 3, `timeoutMs` (for each try) to 30,000. */
export interface GetOptions {
  readonly tries?: number;
  readonly timeoutMs?: number;
}

/** One segment of a path. `@` may stand there as it is; a guest's `#EXT#` may not. */
export const segment = (text: string): string =>
  // Half a character can't be encoded, and is nobody's id.
  encodeURIComponent(text.toWellFormed()).replaceAll('%40', '@');

/** A longer Retry-After is not waited for within a run: the caller comes back later. */
const longestWaitMs = 20_000;

interface Connection {
  readonly origin: URL;
  /** Absent for a loopback stand-in, which never gets a credential. */
  readonly credential?: TokenCredential;
  readonly now: Clock;
  readonly wait: Wait;
}

/**
 * Connects the Graph client without its own retry handler: that one repeats sends silently and
 * sleeps for minutes regardless of the signal.
 */
export function connectGraph({ origin, credential, now, wait }: Connection): Graph {
  const client = Client.initWithMiddleware({ middleware: chain(origin, credential) });

  const prepare = (path: string, timeoutMs: number, attempt: Attempt) =>
    client
      .api(path)
      .middlewareOptions([attempt])
      .responseType(ResponseType.RAW)
      .option('signal', AbortSignal.timeout(Math.ceil(timeoutMs)));

  const once = async (path: string, timeoutMs: number, body?: object): Promise<unknown> => {
    const attempt = new Attempt();
    const request = prepare(path, timeoutMs, attempt);
    const response = await answer(attempt, () => (body ? request.post(body) : request.get()));
    if (!response.ok) throw await refusal(response, now());
    try {
      return await response.json();
    } catch (cause) {
      throw new GraphFailure('unknownOutcome', { status: response.status, code: 'NotJson', cause });
    }
  };

  const read = async (
    path: string,
    { tries = 3, timeoutMs = 30_000 }: GetOptions = {},
    body?: object,
  ): Promise<unknown> => {
    for (let tried = 1; ; tried += 1) {
      try {
        return await once(path, timeoutMs, body);
      } catch (failure) {
        if (!(failure instanceof GraphFailure) || !failure.retry || tried >= tries) throw failure;
        const pause = failure.retryAfterMs ?? 1000 * 2 ** tried;
        if (pause > longestWaitMs) throw failure;
        await wait(pause);
      }
    }
  };

  return {
    origin: origin.origin,
    get: (path, options) => read(path, options),
    post: (path, body, options) => read(path, options, body),
    async sendMail(mailbox, mime, timeoutMs) {
      const attempt = new Attempt();
      const path = `/users/${segment(mailbox)}/sendMail`;
      const request = prepare(path, timeoutMs, attempt).header('Content-Type', 'text/plain');
      const response = await answer(attempt, () => request.post(mime.toString('base64')));
      if (!response.ok) throw await refusal(response, now());
    },
  };
}

function chain(origin: URL, credential: TokenCredential | undefined): Middleware {
  const last = new OriginHandler(origin);
  if (!credential) return last;
  const scopes = [`${origin.origin}/.default`];
  const provider = new TokenCredentialAuthenticationProvider(credential, { scopes });
  const first = new AuthenticationHandler(provider);
  first.setNext(last);
  return first;
}

/** Runs a request; what fails before it is sent, such as getting a token, is `unreachable`. */
async function answer(attempt: Attempt, run: () => Promise<Response>): Promise<Response> {
  try {
    return await run();
  } catch (cause) {
    const { code, name } = cause as { code?: string; name?: string };
    throw attempt.failure ?? new GraphFailure('unreachable', { code: code || name || '', cause });
  }
}

async function refusal(response: Response, now: Date): Promise<GraphFailure> {
  const { status, headers } = response;
  const after = retryAfterMs(headers.get('retry-after'), now);
  const body = (await response.json().catch(() => ({}))) as { error?: { code?: unknown } };
  return new GraphFailure(failureKind(status, after), {
    status,
    code: String(body?.error?.code ?? '').slice(0, 100),
    retryAfterMs: after,
    requestId: headers.get('request-id') ?? undefined,
  });
}
