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
  /** Of the answer's body, unpacked. */
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

/** No whole answer. `code` is Node's own, `TimeoutError` where the signal ended it, or `ConnectTimeout`. */
export class ExchangeFailure extends Error {
  override readonly name = 'ExchangeFailure';
  readonly code: string;
  /** Whether anything of the request may have been sent. */
  readonly sent: boolean;

  constructor(code: string, sent: boolean, cause: unknown) {
    super(`no answer: ${code}`, { cause });
    this.code = code;
    this.sent = sent;
  }
}

/**
 * Sends one request and reads the whole answer, whatever its status; follows no redirect. Throws
 * `ExchangeFailure`, also for an answer that breaks off.
 */
export async function exchange(url: URL, asked: Request): Promise<Answer> {
  const { signal, mostBytes = Number.POSITIVE_INFINITY } = asked;
  const progress = { sent: false };
  try {
    signal.throwIfAborted();
    const incoming = await responseTo(url, asked, progress);
    const { statusCode: status = 0, headers } = incoming;
    // 202 says all there is to say: its body is empty, and however it ends, it was accepted.
    const text = status === 202 ? passOver(incoming) : await read(incoming, status, mostBytes);
    return { status, headers, text };
  } catch (cause) {
    throw new ExchangeFailure(codeOf(signal.aborted ? signal.reason : cause), progress.sent, cause);
  }
}

function responseTo(
  url: URL,
  { method = 'GET', headers, body, signal, agent, connectMs = 10_000 }: Request,
  progress: { sent: boolean },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const isSecure = url.protocol === 'https:';
    const options = { method, headers, signal };
    const sending = (isSecure ? secureRequest : request)(
      url,
      agent ? { ...options, agent } : options,
      resolve,
    );
    const late = () => sending.destroy(Object.assign(new Error(), { code: 'ConnectTimeout' }));
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
      reject(Object.assign(new Error(), { code: 'NoAnswer' }));
    });
    sending.on('error', reject);
    sending.end(body);
  });
}

function passOver(incoming: IncomingMessage): string {
  incoming.on('error', () => {}).resume();
  return '';
}

/** Throttling is told by status and headers, whatever becomes of the words. What others mean is in theirs. */
async function read(incoming: IncomingMessage, status: number, mostBytes: number): Promise<string> {
  try {
    return await readAll(incoming, mostBytes);
  } catch (cause) {
    if (status === 429) return '';
    if (status === 503 && incoming.headers['retry-after'] !== undefined) return '';
    throw cause;
  }
}

async function readAll(incoming: IncomingMessage, mostBytes: number): Promise<string> {
  // No bytes are no packing either, which 204 and refusals may still name.
  const isEmpty = incoming.statusCode === 204 || incoming.headers['content-length'] === '0';
  const isPacked = !isEmpty && incoming.headers['content-encoding'] === 'gzip';
  // What breaks off must end the unpacking too, which `pipe` alone does not do.
  const body: Readable = isPacked ? pipeline(incoming, createGunzip(), () => {}) : incoming;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > mostBytes) throw Object.assign(new Error(), { code: 'TooLong' });
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function codeOf(failure: unknown): string {
  const { code, name } = failure as { code?: unknown; name: string };
  // Those of the web's own errors are numbers: a time-out would be 23.
  return typeof code === 'string' ? code : name;
}
