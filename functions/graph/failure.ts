/**
 * Why a request to Graph failed, in the terms that decide what happens next.
 *
 * - `throttled`: 429, or 503 with Retry-After: refused before anything was done
 * - `unreachable`: no connection was made, so nothing was done
 * - `token`: no token to ask with, or 401, Graph refused it: nothing was done
 * - `unknownOutcome`: sent, and no trustworthy answer: it may or may not have been done
 * - `denied`: 403: consent, role or scope is missing
 * - `notFound`, `invalid`: refused. 404, which for a user or a mailbox is an answer, and every other 4xx
 */
type FailureKind =
  | 'throttled'
  | 'unreachable'
  | 'token'
  | 'unknownOutcome'
  | 'denied'
  | 'notFound'
  | 'invalid';

const retried: ReadonlySet<FailureKind> = new Set([
  'throttled',
  'unreachable',
  'token',
  'unknownOutcome',
]);

/** Without what is not known. */
const words = (...parts: readonly (string | number)[]) => parts.filter(Boolean).join(' ');

/** A failed request to Graph. `retry` says whether the same request may succeed later. */
export class GraphFailure extends Error {
  override readonly name = 'GraphFailure';
  readonly kind: FailureKind;
  /** HTTP status, or 0 where there was none. */
  readonly status: number;
  /** Graph's own error code, such as `ErrorAccessDenied`. */
  readonly code: string;
  /** Retry-After in milliseconds, where Graph gave one. */
  readonly retryAfterMs: number | undefined;
  readonly requestId: string | undefined;

  constructor(kind: FailureKind, facts: Partial<Omit<GraphFailure, 'kind' | 'name'>> = {}) {
    const { status = 0, code = '', retryAfterMs, requestId, cause } = facts;
    super(`Graph request failed: ${words(kind, status, code)}`, { cause });
    this.kind = kind;
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
    this.requestId = requestId;
  }

  /** What failed, for a sentence: `denied 403 ErrorAccessDenied`. */
  get said(): string {
    return words(this.kind, this.answer);
  }

  /** What came back, for a sentence: `403 ErrorAccessDenied`. */
  get answer(): string {
    return words(this.status, this.code);
  }

  get retry(): boolean {
    return retried.has(this.kind);
  }
}

/** What an HTTP error status means. Source: Graph docs, "error responses"; Exchange error codes. */
export function failureKind(status: number, retryAfterMs: number | undefined): FailureKind {
  if (status === 429) return 'throttled';
  // A 503 that names a time is the gateway's own refusal. Others, and 504, have been seen on
  // requests that were carried out.
  if (status === 503 && retryAfterMs !== undefined) return 'throttled';
  if (status === 401) return 'token';
  if (status === 403) return 'denied';
  if (status === 404) return 'notFound';
  if (status >= 400 && status < 500 && status !== 408) return 'invalid';
  return 'unknownOutcome';
}

/** Quotas of Exchange last so long; nobody means more. In ms. */
const longestRetryAfterMs = 24 * 3_600_000;

const httpDate = /^[a-z]{3,9}, \d\d[ -][a-z]{3}[ -]\d{2,4} \d\d:\d\d:\d\d GMT$/i;

/**
 * Parses a Retry-After header, in seconds or as an HTTP date, into ms: a day at most; undefined where it
 * says nothing. Source: RFC 9110, 10.2.3.
 */
export function retryAfterMs(header: string | null | undefined, now: Date): number | undefined {
  const text = header?.trim() ?? '';
  let asked = Number.NaN;
  if (/^\d+(\.\d+)?$/.test(text)) asked = Number(text) * 1000;
  // Other words with a number somewhere would be a date to the parser, too.
  else if (httpDate.test(text)) asked = Date.parse(text) - now.getTime();
  return Number.isNaN(asked) ? undefined : Math.min(Math.max(0, asked), longestRetryAfterMs);
}
