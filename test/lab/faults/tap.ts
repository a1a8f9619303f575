import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request on its way to storage or Graph. */
export interface Passage {
  readonly method: string;
  /** With its query, as it was sent. */
  readonly path: string;
  readonly body: string;
}

/** An answer that is given in the place of the real one; the request goes no further. */
export interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * What becomes of a request. `break`: the connection breaks and the request goes no further.
 * `loseAnswer`: it is carried out, and then the connection breaks. `hang`: there is never an answer.
 * `cut`: it is carried out, and half of the answer comes, as if that were all.
 */
export type Fate = 'pass' | 'break' | 'loseAnswer' | 'hang' | 'cut' | Refusal;

/** Decides about each request. It may take its time: the request waits. */
export type Rule = (passage: Passage) => Fate | undefined | Promise<Fate | undefined>;

/** A proxy in front of a real server, which does to requests what networks do. */
export class Tap {
  rule: Rule = () => 'pass';
  /** Port of the real server. */
  port: number;
  /** Called with what the real server answered, before it is passed on. */
  onAnswer: (passage: Passage, body: string) => void = () => {};
  readonly #server: Server;
  readonly #agent = new Agent({ keepAlive: true });

  private constructor(port: number) {
    this.port = port;
    this.#server = createServer((incoming, response) => {
      this.#handle(incoming, response).catch(() => response.destroy());
    });
  }

  static async open(port = 0): Promise<Tap> {
    const tap = new Tap(port);
    await new Promise<void>((resolve) => {
      tap.#server.listen(0, '127.0.0.1', resolve);
    });
    return tap;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(incoming);
    const { method = 'GET', url: path = '/' } = incoming;
    const passage = { method, path, body: body.toString('utf8') };
    const fate = (await this.rule(passage)) ?? 'pass';
    if (fate === 'break') {
      response.destroy();
    } else if (fate === 'hang') {
      // Until whoever asks gives up.
    } else if (typeof fate === 'object') {
      response.writeHead(fate.status, fate.headers).end(fate.body ?? '');
    } else {
      const answer = await this.#forward(incoming, body, response);
      const content = await readAll(answer);
      this.onAnswer(passage, content.toString('utf8'));
      if (fate === 'loseAnswer') response.destroy();
      else if (fate === 'cut') writeHalf(answer, content, response);
      else response.writeHead(answer.statusCode ?? 502, answer.headers).end(content);
    }
  }

  #forward(incoming: IncomingMessage, body: Buffer, response: ServerResponse) {
    return new Promise<IncomingMessage>((resolve, reject) => {
      const { method, url: path, headers } = incoming;
      const options = { host: '127.0.0.1', port: this.port, method, path, headers };
      const outgoing = request({ ...options, agent: this.#agent }, resolve);
      outgoing.on('error', reject);
      // Who gives up waiting gives up at the real server, too.
      response.once('close', () => outgoing.destroy());
      outgoing.end(body);
    });
  }
}

function writeHalf(
  { statusCode, headers }: IncomingMessage,
  whole: Buffer,
  response: ServerResponse,
) {
  const half = whole.subarray(0, whole.length >> 1);
  const { 'transfer-encoding': _, ...rest } = headers;
  response.writeHead(statusCode ?? 502, { ...rest, 'content-length': half.length }).end(half);
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A rule for the first `times` requests that match; all others pass. */
export function first(
  matches: (passage: Passage) => boolean,
  fate: Fate | (() => Fate | Promise<Fate>),
  times = 1,
): Rule {
  let left = times;
  return (passage) => {
    if (left === 0 || !matches(passage)) return 'pass';
    left -= 1;
    return typeof fate === 'function' ? fate() : fate;
  };
}

const isRow = ({ method, path }: Passage, kind: string) =>
  method === 'PUT' && path.includes(`~${kind}~`);

/** The request waits until something else has happened, and passes then. */
export const after = (work: () => Promise<unknown>) => async (): Promise<Fate> => {
  await work();
  return 'pass';
};

/** What the app asks of storage and Graph, told from outside by the requests themselves. */
export const asks = {
  toRecord: ({ path, body }: Passage) => path.includes('$batch') && body.includes('fence'),
  // With a manager's copy it is a transaction.
  toClaim: (passage: Passage) =>
    (isRow(passage, 'n') || passage.path.includes('$batch')) &&
    passage.body.includes('"state":"sending"'),
  toSettle: (passage: Passage) =>
    isRow(passage, 'n') && /"state":"(?:sent|unknown|undeliverable|failed)"/.test(passage.body),
  toEnqueue: ({ method, path }: Passage) => method === 'POST' && /\/messages\?/.test(path),
  toDelete: ({ method, path }: Passage) => method === 'DELETE' && path.includes('/messages/'),
  toSend: ({ method, path }: Passage) => method === 'POST' && path.endsWith('/sendMail'),
  forRows: ({ path }: Passage) => path.includes('/auditLogs/'),
} as const;
