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
  /** The `value` of all pages. Throws `GraphFailure`, also where they lead elsewhere or round in a circle. */
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
    let response: Response | undefined;
    let text: string;
    try {
      response = await fetch(new URL(path, origin), {
        method,
        // What was sent would go along.
        redirect: 'manual',
        signal: AbortSignal.timeout(60_000),
        headers: {
          ...(token && { Authorization: `Bearer ${token.token}` }),
          ...(body && { 'Content-Type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      text = await response.text();
    } catch (cause) {
      const { cause: inner, name } = cause as { cause?: { code?: string }; name: string };
      const kind = response ? 'unknownOutcome' : 'unreachable';
      const status = response?.status ?? 0;
      throw new GraphFailure(kind, { status, code: inner?.code ?? name, cause });
    }
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
      const asked = new Set<string>();
      for (let next: string | undefined = path; next !== undefined; ) {
        if (asked.has(next) || asked.size >= mostPages) throw noPage('NextLinkRepeats');
        asked.add(next);
        const answer = Object(await call('GET', next)) as Record<string, unknown>;
        if (!Array.isArray(answer['value'])) throw noPage('NoList');
        all.push(...answer['value']);
        const link = answer['@odata.nextLink'] ?? answer['nextLink'];
        // A credential goes along.
        next = link == null ? undefined : String(link);
        if (next !== undefined && originOf(next, origin) !== new URL(origin).origin)
          throw noPage('ForeignNextLink');
      }
      return all;
    },
  };
}

const noPage = (code: string) => new GraphFailure('unknownOutcome', { code });

const originOf = (link: string, base: string) =>
  URL.canParse(link, base) ? new URL(link, base).origin : undefined;

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
