import { Client, type GraphRequest, ResponseType } from '@microsoft/microsoft-graph-client';
import type { Clock, Wait } from '../log.ts';
import { askAgain } from './askAgain.ts';
import { failureKind, GraphFailure, retryAfterMs } from './failure.ts';
import { Attempt, OriginHandler } from './originHandler.ts';
import { type Credential, tokenFor } from './token.ts';

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

/** `tries` defaults to 3, `timeoutMs` (for each try) to 30,000, `version` to v1.0. */
export interface GetOptions {
  readonly tries?: number;
  readonly timeoutMs?: number;
  /** Of Graph's API. What beta answers may change any day: nothing that has to work may ask it. */
  readonly version?: 'v1.0' | 'beta';
}

/** One segment of a path. `@` may stand there as it is; a guest's `#EXT#` may not. */
export const segment = (text: string): string => {
  // Dots alone climb up the path, encoded or not, and are nobody's id.
  if (/^\.{1,2}$/.test(text)) return '_';
  // Half a character can't be encoded, and is nobody's id either.
  return encodeURIComponent(text.toWellFormed()).replaceAll('%40', '@');
};

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The path of a user and their mailbox, by object id, user principal name or address. As a key in quotes
 * it may begin with `$` and hold brackets, which Graph refuses as a segment. Source: Graph docs, "Get a
 * user".
 */
export const userPath = (idOrUpn: string): string =>
  guid.test(idOrUpn) ? `/users/${idOrUpn}` : `/users('${segment(idOrUpn.replaceAll("'", "''"))}')`;

/** A longer Retry-After is not waited for within a run: the caller comes back later. */
const longestWaitMs = 20_000;

interface Connection {
  readonly origin: URL;
  /** Absent for a loopback stand-in, which never gets a token. */
  readonly credential?: Credential;
  readonly now: Clock;
  readonly wait: Wait;
}

/**
 * Connects the Graph client without its own retry handler: that one repeats sends silently and
 * sleeps for minutes regardless of the signal.
 */
export function connectGraph({ origin, credential, now, wait }: Connection): Graph {
  const client = Client.initWithMiddleware({ middleware: new OriginHandler(origin) });
  const scope = `${origin.origin}/.default`;

  const request = async (path: string, signal: AbortSignal, token: string, run: Run) => {
    const attempt = new Attempt();
    const prepared = client
      .api(path)
      .middlewareOptions([attempt])
      .responseType(ResponseType.RAW)
      .option('signal', signal);
    if (token) prepared.header('Authorization', `Bearer ${token}`);
    return answer(attempt, () => run(prepared));
  };

  /** One request, or two where Graph refuses the token of the first and there is another. */
  const ask = async (path: string, timeoutMs: number, run: Run): Promise<Response> => {
    const signal = AbortSignal.timeout(Math.ceil(timeoutMs));
    // Half of the time, so that enough is left for the request itself.
    const tokenNow = async () => (credential ? tokenFor(scope, credential, timeoutMs / 2) : '');
    const token = await tokenNow();
    let response = await request(path, signal, token, run);
    if (response.status === 401 && credential?.refuse) {
      credential.refuse(scope, token);
      const another = await tokenNow();
      if (another !== token) response = await request(path, signal, another, run);
    }
    if (!response.ok) throw await refusal(response, now());
    return response;
  };

  const once = async (
    path: string,
    { timeoutMs, version }: Required<Omit<GetOptions, 'tries'>>,
    body?: object,
  ): Promise<unknown> => {
    const response = await ask(path, timeoutMs, (prepared) => {
      const versioned = prepared.version(version);
      return body ? versioned.post(body) : versioned.get();
    });
    try {
      return await response.json();
    } catch {
      // Without what the parser says: it quotes what it could not read.
      throw new GraphFailure('unknownOutcome', { status: response.status, code: 'NotJson' });
    }
  };

  const pauseMs = ({ retryAfterMs: asked }: GraphFailure, tried: number) => {
    const pause = asked ?? 1000 * 2 ** tried;
    return pause > longestWaitMs ? undefined : pause;
  };

  const read = (
    path: string,
    { tries = 3, timeoutMs = 30_000, version = 'v1.0' }: GetOptions = {},
    body?: object,
  ): Promise<unknown> =>
    askAgain({ tries, wait, pauseMs }, () => once(path, { timeoutMs, version }, body));

  return {
    origin: origin.origin,
    get: (path, options) => read(path, options),
    post: (path, body, options) => read(path, options, body),
    async sendMail(mailbox, mime, timeoutMs) {
      const path = `${userPath(mailbox)}/sendMail`;
      await ask(path, timeoutMs, (prepared) =>
        prepared.header('Content-Type', 'text/plain').post(mime.toString('base64')),
      );
    },
  };
}

type Run = (prepared: GraphRequest) => Promise<Response>;

/** Runs a request; what fails before it is sent is `unreachable`. */
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
