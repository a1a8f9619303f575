import type { Fault } from './faults.ts';

/** How a request ends. Only the first is what Graph promises; the others are what also happens. */
export type Answer =
  | {
      readonly kind: 'json';
      readonly status: number;
      readonly body: unknown;
      readonly headers?: Headers;
    }
  | { readonly kind: 'empty'; readonly status: number }
  | { readonly kind: 'html' }
  | { readonly kind: 'cut'; readonly body: unknown }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' };

type Headers = Readonly<Record<string, string>>;

/** A request as the endpoints see it. */
export interface GraphRequest {
  readonly method: string;
  /** Path segments behind `/v1.0`, decoded. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly contentType: string;
  /** What is to show that it is the app that asks for a token. */
  readonly identityHeader: string | undefined;
  readonly body: Buffer;
  /** Origin the request came to, for absolute links. */
  readonly origin: string;
  /** Path as it was sent. */
  readonly path: string;
}

/** A refusal, thrown anywhere below an endpoint and written as Graph's error JSON. */
export class GraphRefusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Headers;

  constructor(status: number, code: string, message: string, headers: Headers = {}) {
    super(message);
    this.name = 'GraphRefusal';
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** A query that Graph doesn't understand or allow. */
export function badRequest(message: string): GraphRefusal {
  return new GraphRefusal(400, 'BadRequest', message);
}

/** Too many requests; without `retryAfter` the answer doesn't say how long to wait. */
export function tooMany(code: string, message: string, retryAfter?: number): GraphRefusal {
  return new GraphRefusal(429, code, message, retryAfterHeader(retryAfter));
}

const statusFaults = {
  '401': ['InvalidAuthenticationToken', 'Continuous access evaluation resulted in a challenge.'],
  '429': ['TooManyRequests', 'Too many requests.'],
  '500': ['InternalServerError', 'Internal server error.'],
  '503': ['ServiceUnavailable', 'The service is temporarily unavailable.'],
  '504': ['GatewayTimeout', 'The gateway did not receive a response in time.'],
} as const;

/** The refusal that a fault named after a status stands for; undefined for the other faults. */
export function statusRefusal(fault: Fault | undefined): GraphRefusal | undefined {
  const status = fault?.kind.slice(0, 3);
  if (fault === undefined || status === undefined || !(status in statusFaults)) return undefined;
  const [code, message] = statusFaults[status as keyof typeof statusFaults];
  const headers = status === '401' ? challenge : retryAfterHeader(fault.retryAfter);
  return new GraphRefusal(Number(status), code, message, headers);
}

/**
 * What a fault that any endpoint may have makes of a request: no answer, or a refusal, which is thrown. Undefined
 * where the request goes on. `denied`: how the endpoint says that a consent is missing.
 */
export function suffered(fault: Fault | undefined, denied: () => GraphRefusal): Answer | undefined {
  if (fault?.kind === 'hang') return { kind: 'hang' };
  if (fault?.kind === 'consentMissing') throw denied();
  const refusal = statusRefusal(fault);
  if (refusal) throw refusal;
  return undefined;
}

/** As Graph asks for a token of another kind. Source: Entra docs, "Claims challenges". */
const challenge: Headers = {
  'WWW-Authenticate':
    'Bearer realm="", error="insufficient_claims", claims="' +
    `${Buffer.from('{"access_token":{"nbf":{"essential":true,"value":"1764000000"}}}').toString('base64')}"`,
};

function retryAfterHeader(seconds: number | undefined): Headers {
  return seconds === undefined ? {} : { 'Retry-After': String(seconds) };
}
