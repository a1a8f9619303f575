import { isLoopback } from '../config/parsers.ts';
import type { Clock, Wait } from '../log.ts';
import { askAgain } from './askAgain.ts';
import { type Answer, ExchangeFailure, exchange, type Request } from './exchange.ts';
import { failureKind, GraphFailure, retryAfterMs } from './failure.ts';
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
  /** Awaited before each try: a request that was refused, and made again, keeps to the limit as well. */
  readonly pace?: () => Promise<void>;
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

/** Answers that would be the same if they were asked for at once again. */
const sameAgain: ReadonlySet<string> = new Set(['TooLong', 'UnknownEncoding']);

interface Connection {
  readonly origin: URL;
  /** Absent for a loopback stand-in, which never gets a token. */
  readonly credential?: Credential;
  readonly now: Clock;
  readonly wait: Wait;
}

/** What is asked of Graph, and how. */
type Message = Pick<Request, 'method' | 'body'> & { readonly type?: string };

/** Connects to Graph, or to a stand-in. No call is made yet. */
export function connectGraph({ origin, credential, now, wait }: Connection): Graph {
  const scope = `${origin.origin}/.default`;
  const isStandIn = isLoopback(origin);

  const request = (url: URL, signal: AbortSignal, token: string, { type, ...message }: Message) => {
    const headers = {
      Accept: 'application/json',
      'Accept-Encoding': 'gzip',
      'User-Agent': 'security-info-notifier',
      ...(type && { 'Content-Type': type }),
      ...(token && !isStandIn && { Authorization: `Bearer ${token}` }),
    };
    return answer(exchange(url, { ...message, headers, signal }));
  };

  /** One request, or two where Graph refuses the token of the first and there is another. */
  const ask = async (url: URL, timeoutMs: number, message: Message): Promise<Answer> => {
    const signal = AbortSignal.timeout(Math.ceil(timeoutMs));
    // Half of the time, so that enough is left for the request itself.
    const tokenNow = async () => (credential ? tokenFor(scope, credential, timeoutMs / 2) : '');
    const token = await tokenNow();
    let response = await request(url, signal, token, message);
    if (response.status === 401 && credential?.refuse) {
      credential.refuse(scope, token);
      const another = await tokenNow();
      if (another !== token) response = await request(url, signal, another, message);
    }
    if (response.status < 200 || response.status > 299) throw refusal(response, now());
    return response;
  };

  const urlOf = (path: string, version: string) => new URL(`${origin.origin}/${version}${path}`);

  const once = async (
    path: string,
    { timeoutMs, version }: Required<Pick<GetOptions, 'timeoutMs' | 'version'>>,
    body?: object,
  ): Promise<unknown> => {
    const message: Message = body
      ? { method: 'POST', type: 'application/json', body: JSON.stringify(body) }
      : {};
    const { status, text } = await ask(urlOf(path, version), timeoutMs, message);
    try {
      return JSON.parse(text);
    } catch {
      // Without what the parser says: it quotes what it could not read.
      throw new GraphFailure('unknownOutcome', { status, code: 'NotJson' });
    }
  };

  const pauseMs = ({ code, retryAfterMs: asked }: GraphFailure, tried: number) => {
    if (sameAgain.has(code)) return undefined;
    const pause = asked ?? 1000 * 2 ** tried;
    return pause > longestWaitMs ? undefined : pause;
  };

  const read = (
    path: string,
    { tries = 3, pace, timeoutMs = 30_000, version = 'v1.0' }: GetOptions = {},
    body?: object,
  ): Promise<unknown> =>
    askAgain({ tries, wait, pauseMs }, async () => {
      await pace?.();
      return once(path, { timeoutMs, version }, body);
    });

  return {
    origin: origin.origin,
    get: (path, options) => read(path, options),
    post: (path, body, options) => read(path, options, body),
    async sendMail(mailbox, mime, timeoutMs) {
      const url = urlOf(`${userPath(mailbox)}/sendMail`, 'v1.0');
      const body = mime.toString('base64');
      await ask(url, timeoutMs, { method: 'POST', type: 'text/plain', body });
    },
  };
}

/** What fails before a byte of it is sent is `unreachable`. */
async function answer(exchanged: Promise<Answer>): Promise<Answer> {
  try {
    return await exchanged;
  } catch (cause) {
    if (!(cause instanceof ExchangeFailure)) throw cause;
    const { code, sent, status } = cause;
    throw new GraphFailure(sent ? 'unknownOutcome' : 'unreachable', { status, code, cause });
  }
}

function refusal({ status, headers, text }: Answer, now: Date): GraphFailure {
  const after = retryAfterMs(headers['retry-after'], now);
  return new GraphFailure(failureKind(status, after), {
    status,
    code: codeIn(text),
    retryAfterMs: after,
    requestId: headers['request-id'] as string | undefined,
  });
}

/** Graph's own error code, empty where there is none. */
function codeIn(text: string): string {
  try {
    const body = JSON.parse(text) as { error?: { code?: unknown } } | null;
    return String(body?.error?.code ?? '').slice(0, 100);
  } catch {
    return '';
  }
}
