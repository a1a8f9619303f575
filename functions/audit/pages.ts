import type { Graph } from '../graph/client.ts';
import { GraphFailure } from '../graph/failure.ts';
import { updateUser, wholeServices } from '../recognise/catalogue.ts';
import {
  type AuditRecord,
  auditProperties,
  isUnparsable,
  parseAuditRecord,
  type Unparsable,
} from '../recognise/record.ts';
import { watchedActivities } from './watched.ts';
import type { Window } from './windows.ts';

/** One page of directoryAudits, each row parsed on its own. */
export interface AuditPage {
  readonly records: readonly AuditRecord[];
  readonly unparsable: readonly Unparsable[];
}

/** A page as it was read. */
interface ReadPage extends AuditPage {
  /** When the activities of all its rows were, in their order: of those that are known, too. */
  readonly times: readonly string[];
  readonly last: boolean;
}

/** Whether a row is known already, by its id and activityDateTime as Graph gives them. */
type IsKnown = (id: string, time: string) => boolean;

/** Thrown when Graph's paging can't be followed. `retry`: the next poll asks anew. */
export class PagingError extends Error {
  override readonly name = 'PagingError';
  readonly retry = true;
}

/** Rows a page. Source: Graph docs allow 1,000; beyond 500 answers were seen to be cut. */
export const pageSize = 500;

/** Bounds one window: 200,000 rows. What is left is read by the next run. */
const pageCap = 400;

/** A value inside an OData string literal of a URL: quotes doubled, everything encoded. */
const literal = (text: string) => `'${encodeURIComponent(text.replaceAll("'", "''"))}'`;

/** What to ask for: what is watched by name or service, or the one activity that is mostly noise. */
export type Watch = 'watched' | 'updateUser';

/** The clauses of a watch. `extra` are activities that the settings add. */
function clauses(watch: Watch, extra: readonly string[]): string {
  const activity = (name: string) => `activityDisplayName eq ${literal(name)}`;
  if (watch === 'updateUser') return activity(updateUser);
  const services = wholeServices.map((name) => `loggedByService eq ${literal(name)}`);
  return `(${[...services, ...watchedActivities(extra).map(activity)].join(' or ')})`;
}

/** The query for one window, oldest first. */
export function auditQuery({ from, to }: Window, watch: Watch, extra: readonly string[]): string {
  const times = `activityDateTime ge ${from} and activityDateTime le ${to}`;
  const filter = `${times} and ${clauses(watch, extra)}`;
  const options = [
    `$filter=${filter.replaceAll(' ', '%20')}`,
    '$orderby=activityDateTime%20asc',
    `$top=${pageSize}`,
    `$select=${auditProperties.join(',')}`,
  ];
  return `/auditLogs/directoryAudits?${options.join('&')}`;
}

/** The query for one row, by its id. */
export const recordQuery = (id: string): string =>
  `/auditLogs/directoryAudits?$filter=id%20eq%20${literal(id)}&$select=${auditProperties.join(',')}`;

/**
 * Reads the answer to a query page by page, following nextLink; while a page is being worked on, the
 * next one is asked for. Ends early, without an error, after the page cap. `pace` is awaited before each
 * request, a repeated one included. Of rows that are known nothing but the time is read: a poll reads most
 * rows again. Where a page is too long, the query goes on with a tenth of its rows a page. Throws
 * `GraphFailure`, and `PagingError` when a nextLink repeats or leaves the configured origin.
 */
export async function* readPages(
  graph: Graph,
  query: string,
  pace: () => Promise<void>,
  isKnown: IsKnown = () => false,
): AsyncGenerator<ReadPage> {
  const asked = new Set<string>();
  const read = async (path: string) => {
    if (asked.has(path)) throw new PagingError('nextLink repeats itself');
    asked.add(path);
    const body = await graph.get(path, { pace });
    const { value, '@odata.nextLink': next } = Object(body) as Record<string, unknown>;
    if (!Array.isArray(value)) throw new PagingError('the answer has no "value" list');
    const following = next == null ? undefined : nextPath(next, graph.origin);
    return { page: parseAll(value, isKnown), following };
  };
  // Up to where all rows have been given, if they came in order.
  let reached: string | undefined;
  let ordered = true;
  let coming: ReturnType<typeof read> | undefined = read(query);
  for (let count = 1; coming; count += 1) {
    let answer: Awaited<ReturnType<typeof read>>;
    try {
      answer = await coming;
    } catch (failure) {
      const smaller = withSmallerPages(query, failure, ordered ? reached : undefined);
      if (smaller === undefined) throw failure;
      yield* readPages(graph, smaller, pace, isKnown);
      return;
    }
    const { page, following } = answer;
    coming = following !== undefined && count < pageCap ? read(following) : undefined;
    // Whoever asks for that page learns of it.
    coming?.catch(() => {});
    for (const time of page.times) {
      // By value, not as text: a whole second may have no fraction.
      ordered &&= reached === undefined || Date.parse(time) >= Date.parse(reached);
      reached = time;
    }
    yield { ...page, last: following === undefined };
  }
}

/** The query from a time on, for fewer rows a page. Undefined where that does not help. */
function withSmallerPages(query: string, failure: unknown, from?: string): string | undefined {
  if (!(failure instanceof GraphFailure) || failure.code !== 'TooLong') return undefined;
  const top = Number(/(?<=[?&]\$top=)\d+/.exec(query)?.[0] ?? 0);
  const smaller = Math.max(1, Math.floor(top / 10));
  if (smaller >= top) return undefined;
  const [, second] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(from ?? '') ?? [];
  // A link of Graph's own would lead on by pages that are as long as they are.
  return query
    .replace(`$top=${top}`, () => `$top=${smaller}`)
    .replace(/(?<=activityDateTime%20ge%20)[^%]+/, (given) => (second ? `${second}Z` : given));
}

/** A nextLink carries the credential with it, so it may only lead to where we already are. */
export function nextPath(link: unknown, origin: string): string {
  const url = typeof link === 'string' && URL.canParse(link) ? new URL(link) : undefined;
  if (url?.origin !== origin) throw new PagingError('nextLink leaves the origin of GRAPH_BASE_URL');
  return `${url.pathname.replace(/^\/v1\.0(?=\/)/, '')}${url.search}`;
}

function parseAll(rows: readonly unknown[], isKnown: IsKnown): Omit<ReadPage, 'last'> {
  const records: AuditRecord[] = [];
  const unparsable: Unparsable[] = [];
  const times: string[] = [];
  for (const row of rows) {
    const time = knownTime(row, isKnown);
    if (time !== undefined) {
      times.push(time);
      continue;
    }
    const parsed = parseAuditRecord(row);
    if (isUnparsable(parsed)) unparsable.push(parsed);
    else {
      records.push(parsed);
      times.push(parsed.activityDateTime);
    }
  }
  return { records, unparsable, times };
}

function knownTime(row: unknown, isKnown: IsKnown): string | undefined {
  const { id, activityDateTime: time } = (row ?? {}) as {
    id?: unknown;
    activityDateTime?: unknown;
  };
  return typeof id === 'string' && typeof time === 'string' && isKnown(id, time) ? time : undefined;
}
