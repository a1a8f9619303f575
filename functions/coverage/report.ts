import * as z from 'zod/mini';
import { nextPath, PagingError } from '../audit/pages.ts';
import type { Graph } from '../graph/client.ts';

/** Rows a page: what Graph gives at most. */
const pageSize = 999;

/** A person of the report. */
interface Registered {
  /** Object id, in lower case. */
  readonly id: string;
  readonly userPrincipalName: string;
  readonly words: readonly string[];
}

/** A page of the report. */
interface ReportPage {
  readonly people: readonly Registered[];
  /** Rows that could not be read. */
  readonly unreadable: number;
  /** When the report was made, by the newest of its rows: ISO 8601, UTC. */
  readonly made?: string;
  /** The path of the next page; undefined behind the last. */
  readonly next?: string;
}

/** The first page. Source: Graph docs, "List userRegistrationDetails". */
export const firstPage = `/reports/authenticationMethods/userRegistrationDetails?$top=${pageSize}&$select=id,userPrincipalName,methodsRegistered,lastUpdatedDateTime`;

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const row = z.object({
  id: z.string().check(z.regex(guid)),
  userPrincipalName: z.nullish(z.string()),
  methodsRegistered: z.array(z.string()),
  lastUpdatedDateTime: z.nullish(z.string()),
});

/** Reads one page. Throws `GraphFailure`, and `PagingError` where it is none. */
export async function readPage(graph: Graph, path: string): Promise<ReportPage> {
  // Once: a run that fails goes on at the next tick, and requests are scarce.
  const body = await graph.get(path, { tries: 1 });
  const { value, '@odata.nextLink': link } = Object(body) as {
    value?: unknown;
    [key: string]: unknown;
  };
  if (!Array.isArray(value)) throw new PagingError('the answer has no "value" list');
  const next = link == null ? undefined : nextPath(link, graph.origin);
  if (next === path) throw new PagingError('nextLink repeats itself');
  let newest = Number.NaN;
  const people = value.flatMap((one): Registered[] => {
    const { data } = row.safeParse(one);
    if (!data) return [];
    const { id, userPrincipalName, methodsRegistered: words } = data;
    const made = Date.parse(data.lastUpdatedDateTime ?? '');
    if (!(made <= newest)) newest = Number.isNaN(made) ? newest : made;
    return [{ id: id.toLowerCase(), userPrincipalName: userPrincipalName ?? '', words }];
  });
  const unreadable = value.length - people.length;
  const made = Number.isNaN(newest) ? undefined : new Date(newest).toISOString();
  return { people, unreadable, ...(made && { made }), ...(next !== undefined && { next }) };
}
