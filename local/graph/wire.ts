import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, GraphRefusal } from './answer.ts';

/** What Graph puts on every answer, so that a support case can name it. */
interface Correlation {
  readonly requestId: string;
  readonly clientRequestId: string;
  readonly date: Date;
}

export function correlate(request: IncomingMessage, date: Date): Correlation {
  const requestId = randomUUID();
  const given = request.headers['client-request-id'];
  return { requestId, clientRequestId: typeof given === 'string' ? given : requestId, date };
}

/** A thrown error as Graph's error JSON. What isn't a refusal is a bug of the simulator: 500. */
export function asAnswer(error: unknown, { requestId, clientRequestId, date }: Correlation) {
  const refusal =
    error instanceof GraphRefusal
      ? error
      : new GraphRefusal(500, 'SimulatorError', error instanceof Error ? error.message : 'Unknown');
  const { status, code, message, headers } = refusal;
  const innerError = {
    date: date.toISOString().slice(0, 19),
    'request-id': requestId,
    'client-request-id': clientRequestId,
  };
  const body = { error: { code, message, innerError } };
  return { kind: 'json', status, headers, body } satisfies Answer;
}

/** Writes an answer, or breaks the connection as it asks. Gives the status, 0 when there is none. */
export function writeAnswer(response: ServerResponse, answer: Answer, ids: Correlation): number {
  const headers = { 'request-id': ids.requestId, 'client-request-id': ids.clientRequestId };
  switch (answer.kind) {
    case 'json': {
      const type = { 'Content-Type': 'application/json; charset=utf-8' };
      response.writeHead(answer.status, { ...headers, ...type, ...answer.headers });
      response.end(JSON.stringify(answer.body));
      return answer.status;
    }
    case 'empty':
      response.writeHead(answer.status, { ...headers, 'Content-Length': 0 }).end();
      return answer.status;
    case 'html':
      response.writeHead(200, { ...headers, 'Content-Type': 'text/html; charset=utf-8' });
      response.end('<!doctype html><title>Sign in</title><p>The proxy wants to know who you are.');
      return 200;
    case 'cut': {
      const body = Buffer.from(JSON.stringify(answer.body));
      const type = { 'Content-Type': 'application/json; charset=utf-8' };
      response.writeHead(200, { ...headers, ...type, 'Content-Length': body.length });
      response.write(body.subarray(0, body.length >> 1), () => response.destroy());
      return 200;
    }
    case 'reset':
      response.destroy();
      return 0;
    case 'hang':
      return 0;
  }
}
