import type { GetOptions, Graph } from '../../../functions/graph/client.ts';
import { GraphFailure } from '../../../functions/graph/failure.ts';
import { Throttle } from '../../../local/graph/throttle.ts';
import type { AuditLog, AuditQuery } from './auditLog.ts';
import { type LimitedExchange, tooMany } from './limitedExchange.ts';
import { userAnswer } from './people.ts';
import type { Meter } from './table.ts';
import type { VirtualClock } from './virtualClock.ts';

const origin = 'https://graph.microsoft.com';
const pageSize = 500;
const microsoftTenant = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a';

/** As functions/graph/client.ts: longer than this is left to the caller. */
const longestWaitMs = 20_000;

/** A time in which requests of a kind are refused. Times in ms since 1970. */
export interface GraphEpisode {
  readonly of: 'audit' | 'users';
  readonly from: number;
  readonly to: number;
}

/** Microsoft Graph on the virtual clock, with the limits that the app meets. */
export class VirtualGraph {
  /** Requests that were refused for a limit outside the episodes, and those refused in them. */
  throttled = 0;
  refusedInEpisodes = 0;
  /** Look-ups of passkeys, and those refused for the limit of the log, which they share. */
  lookUps = 0;
  lookUpsRefused = 0;
  readonly episodes: GraphEpisode[] = [];
  /** How long each answer takes. */
  latencyMs = 100;
  /** Whether the app may look into Sent Items. */
  mayLook = false;
  #users = 0;
  readonly #clock: VirtualClock;
  readonly #exchange: LimitedExchange;
  readonly #log: AuditLog;
  readonly #reportLimit = new Throttle(5, 10_000);
  readonly #queries = new Map<string, Pick<AuditQuery, 'services' | 'activities'>>();

  constructor(clock: VirtualClock, exchange: LimitedExchange, log: AuditLog) {
    this.#clock = clock;
    this.#exchange = exchange;
    this.#log = log;
  }

  /** The door of one process, whose requests are metered. */
  door(meter: Meter): Graph {
    return {
      origin,
      get: (path, options) => this.#get(path, options, meter),
      async post(path) {
        throw new Error(`nobody was to ask for ${path}`);
      },
      sendMail: (mailbox, mime) => {
        meter.graph += 1;
        return this.#exchange.send(mailbox, mime);
      },
    };
  }

  /** Tries again as the app's client does. */
  async #get(path: string, { tries = 3, pace }: GetOptions = {}, meter: Meter): Promise<unknown> {
    for (let tried = 1; ; tried += 1) {
      await pace?.();
      meter.graph += 1;
      await this.#clock.sleep(this.latencyMs);
      try {
        return this.#answer(path);
      } catch (failure) {
        if (!(failure instanceof GraphFailure) || !failure.retry || tried >= tries) throw failure;
        const pause = failure.retryAfterMs ?? 1000 * 2 ** tried;
        if (pause > longestWaitMs) throw failure;
        await this.#clock.sleep(pause);
      }
    }
  }

  #answer(path: string): unknown {
    const [, area, id = '', what] = asSegment(path).split('?')[0]?.split('/') ?? [];
    if (area === 'auditLogs') return this.#auditPage(path);
    // Only Microsoft's services act in this tenant.
    if (area === 'servicePrincipals') return { appOwnerOrganizationId: microsoftTenant };
    // Nobody synchronises it.
    if (/^(directoryRoles|servicePrincipals)\(/.test(area ?? '')) {
      throw new GraphFailure('notFound', { status: 404, code: 'Request_ResourceNotFound' });
    }
    if (area !== 'users') throw new Error(`nobody was to ask for ${path}`);
    if (what === 'mailFolders') {
      if (this.mayLook) return this.#sentItems(decodeURIComponent(id), decodeURIComponent(path));
      throw new GraphFailure('denied', { status: 403, code: 'ErrorAccessDenied' });
    }
    if (what === 'authentication') {
      this.lookUps += 1;
      this.#takeReport('lookUpsRefused');
      const passkey = this.#log.passkeys.get(id);
      return { value: passkey ? [passkey] : [] };
    }
    this.#users += 1;
    if (this.#isRefused('users')) {
      // One refusal says for how long, the next is a gateway's that doesn't.
      throw this.#users % 2 ? tooMany('TooManyRequests', 30_000) : tooMany('', undefined, 503);
    }
    const found = userAnswer(decodeURIComponent(id), path.includes('$expand=manager'));
    if (found) return found;
    throw new GraphFailure('notFound', { status: 404, code: 'Request_ResourceNotFound' });
  }

  #sentItems(mailbox: string, path: string): unknown {
    const all = this.#exchange.sentItems.get(mailbox) ?? [];
    const [, asked] = /internetMessageId eq '([^']+)'/.exec(path) ?? [];
    const found = asked ? all.filter((id) => id === asked) : all.slice(-20);
    return { value: found.map((internetMessageId) => ({ internetMessageId })) };
  }

  #auditPage(path: string): unknown {
    if (this.#isRefused('audit')) throw tooMany('TooManyRequests', undefined);
    this.#takeReport('throttled');
    // A nextLink comes back with its apostrophes encoded.
    const [query = '', after] = path.replaceAll('%27', "'").split('&$skiptoken=');
    const [, from = '', to = '', clauses = ''] =
      /activityDateTime%20ge%20(\S+?)%20and%20activityDateTime%20le%20(\S+?)%20and%20(.*?)&/.exec(
        query,
      ) ?? [];
    const asked = {
      ...this.#clauses(clauses),
      from: Date.parse(from),
      to: Date.parse(to),
      after: Number(after ?? 0),
    };
    const { rows, next } = this.#log.read(asked, pageSize, this.#clock.time);
    const link = next !== undefined && {
      '@odata.nextLink': `${origin}/v1.0${query}&$skiptoken=${next}`,
    };
    return { value: rows, ...link };
  }

  /** One of the requests that the log and what people have registered share; counted where it is refused. */
  #takeReport(refused: 'throttled' | 'lookUpsRefused'): void {
    const seconds = this.#reportLimit.take(this.#clock.now());
    if (seconds === undefined) return;
    this[refused] += 1;
    throw tooMany('TooManyRequests', seconds * 1000);
  }

  #clauses(text: string): Pick<AuditQuery, 'services' | 'activities'> {
    const known = this.#queries.get(text);
    if (known) return known;
    const valuesOf = (name: string) => {
      const clause = new RegExp(`${name}%20eq%20'([^']*)'`, 'g');
      return new Set([...text.matchAll(clause)].map(([, value = '']) => decodeURIComponent(value)));
    };
    const clauses = {
      services: valuesOf('loggedByService'),
      activities: valuesOf('activityDisplayName'),
    };
    this.#queries.set(text, clauses);
    return clauses;
  }

  #isRefused(kind: GraphEpisode['of']): boolean {
    const { time } = this.#clock;
    const refused = this.episodes.some(
      ({ of, from, to }) => of === kind && from <= time && time < to,
    );
    if (refused) this.refusedInEpisodes += 1;
    return refused;
  }
}

/** A key in quotes as a segment. */
const asSegment = (path: string) => path.replace(/^\/users\('(.*?)'\)/, '/users/$1');
