import { auditQuery, readPages, type Watch } from '../../functions/audit/pages.ts';
import type { Graph } from '../../functions/graph/client.ts';
import {
  type RecognitionRules,
  recognise,
  type Verdict,
} from '../../functions/recognise/recognise.ts';
import type { AuditRecord, Unparsable } from '../../functions/recognise/record.ts';

/** A row that means something, or is at least worth remembering. */
export interface LogRow {
  readonly record: AuditRecord;
  readonly verdict: Verdict;
}

/** What the log holds of a period. */
export interface LogRead {
  /** Oldest first. */
  readonly rows: Readonly<Record<Watch, readonly LogRow[]>>;
  /** Rows that were read, by activity, those that are not in `rows` included. */
  readonly activities: ReadonlyMap<string, number>;
  /** Rows of no meaning at all, which the app would not remember. */
  readonly unrelated: number;
  readonly unparsable: readonly Unparsable[];
  /** Time of the oldest row. */
  readonly firstRow?: string;
}

/** What reading needs. */
interface LogReader {
  readonly graph: Graph;
  readonly pace: () => Promise<void>;
  readonly rules: RecognitionRules;
  readonly extraActivities: readonly string[];
  readonly watchUpdateUser: boolean;
  /** Told after each page: rows so far, up to which time, and which share of the whole that is. */
  readonly progress: (rows: number, readTo: string, share: number) => void;
}

/** The log is asked for about a day at a time: an answer of many days takes Graph too long. */
const dayMs = 24 * 3_600_000;

const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

/** Reads the log as the app would, each row once. Throws what `graph` throws, and `PagingError`. */
export async function readLog(from: Date, to: Date, reader: LogReader): Promise<LogRead> {
  const rows = { watched: [] as LogRow[], updateUser: [] as LogRow[] };
  const activities = new Map<string, number>();
  const unparsable: Unparsable[] = [];
  const seen = new Set<string>();
  let unrelated = 0;
  let firstRow: string | undefined;
  const take = (record: AuditRecord, watch: Watch) => {
    const { id, activityDateTime: time, activityDisplayName: activity } = record;
    if (seen.has(id)) return;
    seen.add(id);
    if (firstRow === undefined || Date.parse(time) < Date.parse(firstRow)) firstRow = time;
    activities.set(activity, (activities.get(activity) ?? 0) + 1);
    const verdict = recognise(record, reader.rules);
    if (verdict.kind === 'unrelated') unrelated += 1;
    else rows[watch].push({ record, verdict });
  };
  const days = Math.max(1, Math.round((to.getTime() - from.getTime()) / dayMs));
  const stepMs = Math.ceil((to.getTime() - from.getTime()) / days);
  const watches: Watch[] = reader.watchUpdateUser ? ['watched', 'updateUser'] : ['watched'];
  for (const [done, watch] of watches.entries()) {
    for (let start = from.getTime(); start < to.getTime(); ) {
      const end = Math.min(start + stepMs, to.getTime());
      const window = { from: iso(start), to: iso(end) };
      const query = auditQuery(window, watch, reader.extraActivities);
      let readTo = start;
      let whole = false;
      for await (const page of readPages(reader.graph, query, reader.pace)) {
        for (const record of page.records) {
          take(record, watch);
          readTo = Math.max(readTo, Date.parse(record.activityDateTime));
        }
        unparsable.push(...page.unparsable);
        whole = page.last;
        const reached = whole ? end : readTo;
        const part = (reached - from.getTime()) / (to.getTime() - from.getTime());
        reader.progress(seen.size, iso(reached), (done + part) / watches.length);
      }
      // A day of more pages than one query may have is gone on with where it ended.
      start = whole ? end : Math.max(start + 1, readTo);
    }
  }
  const inOrder = (list: LogRow[]) => list.sort((one, other) => timeOf(one) - timeOf(other));
  return {
    rows: { watched: inOrder(rows.watched), updateUser: inOrder(rows.updateUser) },
    activities,
    unrelated,
    unparsable,
    ...(firstRow !== undefined && { firstRow }),
  };
}

/** In ms since 1970. */
export const timeOf = ({ record }: LogRow): number => Date.parse(record.activityDateTime);
