import { createServer, type IncomingMessage } from 'node:http';
import { checkCaller } from '../inbox/gate.ts';
import { portTaken } from '../portTaken.ts';
import type { Host } from './host.ts';
import type { Log } from './logLine.ts';

/** Where events come in that no event hub brings. */
export interface EventDoor {
  readonly port: number;
  close(): Promise<void>;
}

/** Of a body, in bytes. An event is 1 MB at most, a batch a hundred of them. */
const longestBody = 100_000_000;

/**
 * Listens on loopback for POST requests and gives each body to the host's event hub function, in
 * batches of host.json's size: an event as Entra sends it, or a JSON array of events. Answers 204 when the function is done
 * with it, 500 when it failed for good, and 403 to pages in a browser. Throws if no function reads an event hub.
 */
export async function openEventDoor(host: Host, port: number, log: Log): Promise<EventDoor> {
  const reader = host.functions.find(({ kind }) => kind === 'eventHub');
  if (!reader) {
    throw new Error('LOCAL_EVENTS_PORT is set, and no function reads events: set AUDIT_EVENT_HUB.');
  }
  const { name } = reader;
  const server = createServer((request, response) => {
    statusFor(request)
      .catch(() => 500)
      .then((status) => response.writeHead(status).end());
  });
  async function statusFor(request: IncomingMessage): Promise<number> {
    try {
      checkCaller(request);
    } catch {
      // A page of somebody else's, in a browser on this machine.
      return 403;
    }
    if (request.method !== 'POST') return 405;
    const body = await bodyOf(request);
    if (body === undefined) return 413;
    return (await host.sendEvents(name, eventsIn(body))) ? 204 : 500;
  }

  await new Promise<void>((resolve, reject) => {
    const refused = (error: Error) =>
      reject(portTaken(error, port, 'Give another LOCAL_EVENTS_PORT'));
    server.once('error', refused).listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address ? address.port : port;
  log('info', { event: 'host.listening', port: bound, function: name });
  return {
    port: bound,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

/** Undefined for what is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > longestBody) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A body that is no JSON is an event all the same: the app must cope with those. */
function eventsIn(body: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(body);
    if (Array.isArray(parsed)) return parsed;
  } catch {
    // As it stands.
  }
  return [body];
}
