import type { TokenCredential } from '@azure/identity';
import { askAgain } from '../../functions/graph/askAgain.ts';
import { failureKind, GraphFailure, retryAfterMs } from '../../functions/graph/failure.ts';

/** How often a request is tried that is throttled, or finds nobody at home. */
const tries = 6;
/** The longest pause between two tries, in ms. */
const longestPauseMs = 60_000;

interface Door {
  readonly origin: string;
  /** Absent for a stand-in on this machine, which never gets a credential. */
  readonly credential?: TokenCredential | undefined;
  readonly wait: (ms: number) => Promise<void>;
  readonly now: () => Date;
  /** Says that it waits, and why. */
  readonly say: (line: string) => void;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Requests of JSON to Graph or to Azure Resource Manager. */
export interface Rest {
  readonly origin: string;
  /** Throws `GraphFailure`, after the tries that could help. Undefined where the answer is empty. */
  call(method: Method, path: string, body?: object): Promise<unknown>;
  /** The `value` of all pages. */
  list(path: string): Promise<unknown[]>;
}

/** More than any list here has. */
const mostPages = 100;

/**
 * Opens a door to Graph or to Azure Resource Manager. What is throttled, or breaks off, is tried again:
 * whatever is asked for here can be asked for twice.
 */
export function openRest({ origin, credential, wait, now, say }: Door): Rest {
  const once = async (method: Method, path: string, body: object | undefined) => {
    const token = await credential?.getToken(`${origin}/.default`);
    let response: Response;
    try {
      response = await fetch(new URL(path, origin), {
        method,
        signal: AbortSignal.timeout(60_000),
        headers: {
          ...(token && { Authorization: `Bearer ${token.token}` }),
          ...(body && { 'Content-Type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
    } catch (cause) {
      const { cause: inner, name } = cause as { cause?: { code?: string }; name: string };
      throw new GraphFailure('unreachable', { code: inner?.code ?? name, cause });
    }
    const text = await response.text();
    if (response.ok) return text ? parsed(text, response.status) : undefined;
    const after = retryAfterMs(response.headers.get('retry-after'), now());
    const { error } = (tryParse(text) ?? {}) as { error?: { code?: string; message?: string } };
    throw new GraphFailure(failureKind(response.status, after), {
      status: response.status,
      code: String(error?.code ?? '').slice(0, 100),
      retryAfterMs: after,
      requestId: response.headers.get('request-id') ?? undefined,
      cause: error?.message,
    });
  };
  const pauseMs = ({ kind, status, code, retryAfterMs: asked }: GraphFailure, tried: number) => {
    const pause = Math.min(asked ?? 1000 * 2 ** tried, longestPauseMs);
    say(`${kind} (${status || code}): once more in ${Math.ceil(pause / 1000)} s`);
    return pause;
  };
  const call: Rest['call'] = (method, path, body) =>
    askAgain({ tries, wait, pauseMs }, () => once(method, path, body));
  return {
    origin,
    call,
    async list(path) {
      const all: unknown[] = [];
      let next: string | undefined = path;
      for (let page = 0; next !== undefined && page < mostPages; page += 1) {
        const answer = (await call('GET', next)) as Record<string, unknown> | undefined;
        const { value } = answer ?? {};
        if (!Array.isArray(value)) throw new GraphFailure('unknownOutcome', { code: 'NoList' });
        all.push(...value);
        next = (answer?.['@odata.nextLink'] ?? answer?.['nextLink']) as string | undefined;
        // A credential goes along.
        if (next !== undefined && new URL(next, origin).origin !== origin)
          throw new GraphFailure('unknownOutcome', { code: 'ForeignNextLink' });
      }
      return all;
    },
  };
}

function parsed(text: string, status: number): unknown {
  const json = tryParse(text);
  if (json === undefined) throw new GraphFailure('unknownOutcome', { status, code: 'NotJson' });
  return json;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
