import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, badRequest, GraphRefusal, type GraphRequest } from './answer.ts';
import { findEndpoint, keysAsSegments, type Tenant } from './endpoints.ts';
import type { EndpointName, RequestLog } from './requestLog.ts';
import { enterMailbox } from './sendMailEndpoint.ts';
import { tokenPath } from './tokenEndpoint.ts';
import { asAnswer, correlate, writeAnswer } from './wire.ts';

/** Graph refuses larger requests than this. */
const maxBody = 4 * 1024 * 1024;

interface ServerParts {
  readonly tenant: Tenant;
  readonly log: RequestLog;
  readonly onAuthorization: () => void;
  /** How long a sendMail takes, in real milliseconds. */
  readonly sendLatencyMs: number;
}

/** The HTTP side of the simulator: reads a request, finds its endpoint, writes the answer. */
export function createGraphServer(parts: ServerParts): Server {
  return createServer((request, response) => {
    // A client that goes away while its request is read is its own affair.
    answer(request, response, parts).catch(() => response.destroy());
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, parts: ServerParts) {
  const { tenant, log } = parts;
  if (request.headers.authorization !== undefined) parts.onAuthorization();
  const ids = correlate(request, tenant.now());
  const method = request.method ?? 'GET';
  const [path = '/', search] = (request.url ?? '/').split(/\?(.*)/s);
  const segments = readSegments(path);
  const endpoint = findEndpoint(method, segments ?? []);
  const entry = log.open(endpoint.name, {
    method,
    path,
    query: search === undefined ? '' : `?${search}`,
    at: ids.date.toISOString(),
  });

  let leave = (): void => {};
  let given: Answer;
  try {
    if (segments === undefined) throw badRequest(`The path '${path}' is not valid.`);
    if (ofMailboxes.has(endpoint.name)) leave = enterMailbox(segments[1] ?? '', tenant);
    const body = await readBody(request);
    given = await endpoint.answer(
      {
        method,
        segments,
        query: new URLSearchParams(search ?? ''),
        contentType: request.headers['content-type'] ?? '',
        identityHeader: request.headers['x-identity-header']?.toString(),
        body,
        origin: `http://${request.headers.host ?? 'localhost'}`,
        path,
      } satisfies GraphRequest,
      tenant,
    );
    if (endpoint.name === 'sendMail' && parts.sendLatencyMs > 0) await delay(parts.sendLatencyMs);
  } catch (error) {
    given = asAnswer(error, ids);
  }
  // A request that hangs keeps its place until the client gives up.
  if (given.kind === 'hang') response.once('close', leave);
  else leave();
  log.close(entry, writeAnswer(response, given, ids));
}

/** What counts against a mailbox's limits of requests: whatever Exchange answers for it. */
const ofMailboxes: ReadonlySet<EndpointName> = new Set(['sendMail', 'sentItems', 'mailboxZone']);

/** All that is asked of beta: when methods were last used. */
const isInBeta = (segments: readonly string[]) => segments.at(-2) === 'authentication';

/** Segments behind the version, or those of the identity endpoint, decoded; undefined when they can't be. */
function readSegments(path: string): string[] | undefined {
  if (path === tokenPath) return path.slice(1).split('/');
  try {
    const [, version, ...segments] = path.split('/').map(decodeURIComponent);
    const isThere = version === 'v1.0' || (version === 'beta' && isInBeta(segments));
    return isThere ? keysAsSegments(segments) : [];
  } catch {
    return undefined;
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= maxBody) chunks.push(chunk);
  }
  if (length > maxBody) {
    throw new GraphRefusal(413, 'ErrorMessageSizeExceeded', 'The request is larger than 4 MB.');
  }
  return Buffer.concat(chunks);
}
