import type { Context, Middleware } from '@microsoft/microsoft-graph-client';
import { isLoopback } from '../config/parsers.ts';
import { GraphFailure } from './failure.ts';

/**
 * Travels with one request through the client's middleware, and brings back the failure that the
 * client would otherwise flatten into a status of -1.
 */
export class Attempt {
  failure: GraphFailure | undefined;
}

/** Failures of these kinds happen before a byte of the request was sent. */
const beforeSending = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/**
 * The last middleware of the Graph client: sends the request to the configured cloud.
 *
 * The client only authorises requests to hosts it knows and mangles plain http, so it is left to
 * believe in graph.microsoft.com and the origin is exchanged here. The whole body is read here
 * too: an answer that breaks off is a failure of the request, told apart from one never sent.
 */
export class OriginHandler implements Middleware {
  readonly #origin: URL;

  constructor(origin: URL) {
    this.#origin = origin;
  }

  async execute(context: Context): Promise<void> {
    const { request, options, middlewareControl } = context;
    const given = new URL(typeof request === 'string' ? request : request.url);
    const url = `${this.#origin.origin}${given.pathname}${given.search}`;
    const headers = new Headers(options?.headers as Record<string, string> | undefined);
    if (isLoopback(this.#origin)) headers.delete('authorization');
    const attempt = middlewareControl?.getMiddlewareOptions(Attempt) as Attempt | undefined;
    if (attempt && options?.signal?.aborted) {
      // Its time was over before a byte of it left: nothing was done.
      attempt.failure = new GraphFailure('unreachable', { code: 'TimeoutError' });
    }
    try {
      context.response = await send(url, { ...options, headers, redirect: 'manual' });
    } catch (cause) {
      if (attempt) attempt.failure ??= asFailure(cause as Error);
      throw cause;
    }
  }
}

async function send(url: string, options: RequestInit): Promise<Response> {
  const response = await fetch(url, options);
  const { status, headers } = response;
  if (status === 202) {
    // 202 says all there is to say: its body is empty, and however it ends, it was accepted.
    await response.body?.cancel().catch(() => {});
    return new Response(null, { status, headers });
  }
  const body = await response.arrayBuffer();
  const bodiless = status === 204 || status === 304 || body.byteLength === 0;
  return new Response(bodiless ? null : body, { status, headers });
}

function asFailure(error: Error): GraphFailure {
  const { code, name } = (error.cause ?? error) as { code?: unknown; name: string };
  // Those of the web's own errors are numbers: a time-out would be 23.
  const told = typeof code === 'string' ? code : name;
  const kind = beforeSending.has(told) ? 'unreachable' : 'unknownOutcome';
  return new GraphFailure(kind, { code: told, cause: error });
}
