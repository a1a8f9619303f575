import { type Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

// Node's own `fetch` is a library that each process would load and compile, for 18 of the 50 ms that a first
// call has: docs/decisions/graph-client.md. The storage SDK has loaded what is used here.

/** One request. `body` is sent as it is; an answer may be packed with gzip, where the headers allow it. */
export interface Request {
  readonly method?: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends it at any time. */
  readonly signal: AbortSignal;
  /** Node's own by default, which keeps connections alive and may be told to use a proxy. */
  readonly agent?: Agent;
  /** Of the answer's body, as it comes and unpacked: 16 MiB by default. */
  readonly mostBytes?: number;
  /** A connection that takes longer is none, in ms; 10,000 by default. */
  readonly connectMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Empty for 202. */
  readonly text: string;
}

/**
 * 500 rows of the audit log of 33 KB each: real ones have 1 to 3, and a page of another list is smaller.
 * An instance of 512 MB bears two such answers at once.
 */
const usualMostBytes = 16 * 1024 * 1024;

/**
 * No whole answer. `code` is Node's own, or
 *
 * - `TimeoutError`: the signal ended it; `ConnectTimeout`: no connection was made in time
 * - `NoAnswer`: the connection ended without one, or became something else
 * - `TooLong`: its body has more than `mostBytes`
 * - `UnknownEncoding`: it is packed in a way that was not asked for
 */
export class ExchangeFailure extends Error {
  override readonly name = 'ExchangeFailure';
  readonly code: string;
  /** Whether anything of the request may have been sent. */
  readonly sent: boolean;
  /** HTTP status, or 0 where there was none. */
  readonly status: number;

  constructor(code: string, progress: Progress, cause: unknown) {
    super(`no answer: ${code}`, { cause });
    this.code = code;
    this.sent = progress.sent;
    this.status = progress.status;
  }
}

interface Progress {
  sent: boolean;
  status: number;
}

/**
 * Sends one request and reads the whole answer, whatever its status; follows no redirect. Throws
 * `ExchangeFailure`, also for an answer that breaks off.
 */
export async function exchange(url: URL, asked: Request): Promise<Answer> {
  const { signal, mostBytes = usualMostBytes } = asked;
  const progress = { sent: false, status: 0 };
  try {
    signal.throwIfAborted();
    const incoming = await responseTo(url, asked, progress);
    const { statusCode: status = 0, headers } = incoming;
    progress.status = status;
    // 202 says all there is to say: its body is empty, and however it ends, it was accepted.
    const reading = read(incoming, mostBytes);
    const text = status === 202 ? passOver(reading) : await orNothing(reading, incoming);
    return { status, headers, text };
  } catch (cause) {
    throw new ExchangeFailure(codeOf(signal.aborted ? signal.reason : cause), progress, cause);
  }
}

function responseTo(
  url: URL,
  { method = 'GET', headers, body, signal, agent, connectMs = 10_000 }: Request,
  progress: Progress,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const isSecure = url.protocol === 'https:';
    const options = { method, headers, signal };
    const sending = (isSecure ? secureRequest : request)(
      url,
      agent ? { ...options, agent } : options,
      resolve,
    );
    const late = () => sending.destroy(failure('ConnectTimeout'));
    const timer = setTimeout(late, connectMs);
    const connected = () => {
      clearTimeout(timer);
      progress.sent = true;
    };
    sending.once('socket', (socket) => {
      // One that is kept alive, or came through a proxy, may be past both events.
      const isOpen =
        !socket.connecting && !('secureConnecting' in socket && socket.secureConnecting);
      if (isOpen) connected();
      else socket.once(isSecure ? 'secureConnect' : 'connect', connected);
    });
    sending.once('close', () => {
      clearTimeout(timer);
      // After an upgrade that nobody asked for there is neither an answer nor an error. Else it is settled.
      reject(failure('NoAnswer'));
    });
    sending.on('error', reject);
    sending.end(body);
  });
}

function passOver(reading: Promise<string>): string {
  reading.catch(() => {});
  return '';
}

/** Some answers are told by status and headers, whatever becomes of the words. What others mean is in theirs. */
async function orNothing(reading: Promise<string>, incoming: IncomingMessage): Promise<string> {
  try {
    return await reading;
  } catch (cause) {
    const { statusCode: status, headers } = incoming;
    if (status === 429 || status === 401) return '';
    if (status === 503 && headers['retry-after'] !== undefined) return '';
    throw cause;
  }
}

async function read(incoming: IncomingMessage, mostBytes: number): Promise<string> {
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of unpacked(incoming, mostBytes) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > mostBytes) throw failure('TooLong');
      chunks.push(chunk);
    }
    return new TextDecoder().decode(Buffer.concat(chunks));
  } catch (cause) {
    // What is not wanted any more would go on coming.
    incoming.on('error', () => {}).destroy();
    throw cause;
  }
}

function unpacked(incoming: IncomingMessage, mostBytes: number): Readable {
  // No bytes are no packing either, which 204 and refusals may still name.
  if (incoming.statusCode === 204 || incoming.headers['content-length'] === '0') return incoming;
  const [packing, ...more] = packings(incoming.headers['content-encoding']);
  if (packing === undefined) return incoming;
  if (more.length > 0 || !/^(x-)?gzip$/.test(packing)) throw failure('UnknownEncoding');
  let length = 0;
  // Much may unpack to nothing.
  incoming.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > mostBytes) incoming.destroy(failure('TooLong'));
  });
  // What breaks off must end the unpacking too, which `pipe` alone does not do.
  return pipeline(incoming, createGunzip(), () => {});
}

/** `gzip, identity` → `['gzip']`. Source: RFC 9110, 8.4. */
const packings = (header = ''): string[] =>
  header
    .toLowerCase()
    .split(',')
    .map((token) => token.trim())
    .filter((token) => token !== '' && token !== 'identity');

const failure = (code: string) => Object.assign(new Error(code), { code });

function codeOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name: string };
  // Those of the web's own errors are numbers: a time-out would be 23.
  return typeof code === 'string' ? code : name;
}
