import type { IncomingMessage } from 'node:http';
import { Refusal } from './answer.ts';

/**
 * Turns away what did not come from the page or from a tool on this machine. The Host header stops
 * a foreign name that was pointed at 127.0.0.1; the Origin header stops foreign pages from pressing
 * buttons. Tools such as curl send no Origin.
 */
export function checkCaller({ method, headers, socket }: IncomingMessage): void {
  const own = ['localhost', '127.0.0.1'].map((name) => `${name}:${socket.localPort}`);
  const { host = '', origin } = headers;
  if (!own.includes(host)) {
    throw new Refusal(403, `Host: ask for http://${own[0]}/, not for ${JSON.stringify(host)}.`);
  }
  if (method === 'GET' || method === 'HEAD') return;
  if (origin !== undefined && origin !== `http://${host}`) {
    throw new Refusal(403, `Origin: only the page itself may do this, not ${origin}.`);
  }
  if (headers['sec-fetch-site'] === 'cross-site') {
    throw new Refusal(403, 'Sec-Fetch-Site: only the page itself may do this.');
  }
}

/** A body larger than this is no wish of the page's. */
const maxBody = 16 * 1024;

/** Reads a JSON object. An empty body counts as an empty object. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBody) throw new Refusal(413, 'body: more than 16 KB.', 'body');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8').trim();
  if (text === '') return {};
  // Other types can be sent across origins without the browser asking first.
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new Refusal(415, 'Content-Type: send application/json.', 'Content-Type');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'body: not JSON.', 'body');
  }
}
