import { RestError, type TableServiceClientOptions } from '@azure/data-tables';
import { isLoopback } from '../config/parsers.ts';
import { type Credential, tokenFor } from '../graph/token.ts';
import { within } from '../graph/within.ts';

type Policies = NonNullable<TableServiceClientOptions['additionalPolicies']>;
type Policy = Policies[number]['policy'];
type Request = Parameters<Policy['sendRequest']>[0];
type Response = Awaited<ReturnType<Policy['sendRequest']>>;

/** How long a call to storage may take with all its tries, and how long one of them, in ms. */
interface StorageLimits {
  readonly callMs: number;
  readonly tryMs: number;
}

const usual: StorageLimits = { callMs: 60_000, tryMs: 15_000 };

/** A longer Retry-After is not waited for within a call: whoever calls comes back. In ms. */
const longestWaitMs = 10_000;

const scope = 'https://storage.azure.com/.default';

/**
 * What the clients of the table and the queues have in common, as options of theirs: limits, which they
 * lack, and the token, where there is a credential. Theirs keep a token of their own for its whole life
 * and wait for ever for the next one. What fails in these ways is a `RestError`, as all that storage does.
 */
export function storageOptions(
  credential: Credential | undefined,
  { callMs, tryMs }: StorageLimits = usual,
): { readonly additionalPolicies: Policies } {
  return {
    additionalPolicies: [
      { policy: limited('callLimit', callMs, 'CallTimedOut'), position: 'perCall' },
      { policy: trusted, position: 'perRetry' },
      // A code that the clients' own policies try again.
      { policy: limited('tryLimit', tryMs, 'ETIMEDOUT'), position: 'perRetry' },
      ...(credential
        ? [{ policy: authorised(credential, tryMs / 2), position: 'perRetry' as const }]
        : []),
    ],
  };
}

/** Gives up after so long, whatever it waits for. */
const limited = (name: string, milliseconds: number, code: string): Policy => ({
  name,
  async sendRequest(request, next) {
    const over = new AbortController();
    const before = request.abortSignal;
    request.abortSignal = before
      ? AbortSignal.any([before as AbortSignal, over.signal])
      : over.signal;
    try {
      return await within(milliseconds, next(request), () => failure(code));
    } finally {
      over.abort();
      if (before) request.abortSignal = before;
      else delete request.abortSignal;
    }
  },
});

const failure = (code: string) => new RestError(`Storage: ${code}`, { code });

/** Headers that the clients heed before Retry-After, and its dates as well. */
const inMilliseconds = ['retry-after-ms', 'x-ms-retry-after-ms'];

/** Passes on only what can be read: the clients quote the rest of an answer that is cut. */
const trusted: Policy = {
  name: 'trustedAnswer',
  async sendRequest(request, next) {
    const response = await next(request);
    const { headers, bodyAsText } = response;
    const asked = headers.get('retry-after') ?? '';
    const waits = [
      ...inMilliseconds.map((name) => Number(headers.get(name))),
      // As the clients read it: whatever is a date to them.
      Number.isNaN(Number(asked)) ? Date.parse(asked) - Date.now() : Number(asked) * 1000,
    ];
    if (waits.some((one) => one > longestWaitMs)) {
      for (const name of inMilliseconds) headers.delete(name);
      headers.set('retry-after', String(longestWaitMs / 1000));
    }
    const isJson = /json/.test(headers.get('content-type') ?? '');
    if (isJson && bodyAsText && !isParsable(bodyAsText)) throw failure('CutAnswer');
    return response;
  },
};

function isParsable(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Asks with a token; one that storage refuses is exchanged for another, once. */
const authorised = (credential: Credential, tokenMs: number): Policy => ({
  name: 'authorised',
  async sendRequest(request, next) {
    const token = await tokenOf(credential, tokenMs);
    const response = await send(request, token, next);
    if (response.status !== 401 || !credential.refuse) return response;
    credential.refuse(scope, token);
    const another = await tokenOf(credential, tokenMs);
    return another === token ? response : send(request, another, next);
  },
});

async function tokenOf(credential: Credential, tokenMs: number): Promise<string> {
  try {
    return await tokenFor(scope, credential, tokenMs);
  } catch (cause) {
    const { code } = cause as { code?: string };
    throw new RestError(`Storage: no token: ${code}`, { code: `NoToken:${code}` });
  }
}

function send(
  request: Request,
  token: string,
  next: Parameters<Policy['sendRequest']>[1],
): Promise<Response> {
  const url = new URL(request.url);
  if (url.protocol !== 'https:' && !isLoopback(url)) throw failure('TokenNeedsHttps');
  request.headers.set('Authorization', `Bearer ${token}`);
  return next(request);
}
