import * as z from 'zod';
import { auditQuery } from '../../functions/audit/pages.ts';
import type { Graph } from '../../functions/graph/client.ts';
import { GraphFailure } from '../../functions/graph/failure.ts';
import { lastMinute } from '../../functions/permissions/examine.ts';
import { span } from '../span.ts';
import { type Finding, look, unclear, well, wrong } from './finding.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** Tokens and leases bear a few minutes. */
const mostSkewMs = minuteMs;

/** What any answer of Graph tells. */
interface Reached {
  readonly finding: Finding;
  readonly reached: boolean;
}

/** How far this machine's clock is from Graph's, by the time on any of its answers. */
export async function checkClock(origin: URL, now: () => Date): Promise<Reached> {
  const check = 'clock';
  const reached = (finding: Finding): Reached => ({ finding, reached: true });
  try {
    const began = now().getTime();
    const answer = await fetch(new URL('/v1.0/', origin), { signal: AbortSignal.timeout(5_000) });
    await answer.body?.cancel();
    const theirs = Date.parse(answer.headers.get('date') ?? '');
    if (/^text\/html\b/.test(answer.headers.get('content-type') ?? '')) {
      const fix =
        'Let this machine and the app reach Graph without it, or tell it to pass Graph through';
      const says = 'a web page answers in the place of Graph: a proxy, or a sign-in page';
      return { finding: wrong(check, says, fix), reached: false };
    }
    if (Number.isNaN(theirs)) {
      return reached(look(check, 'Graph gave no time', 'Is there a proxy between?'));
    }
    const skew = Math.abs((began + now().getTime()) / 2 - theirs);
    const says = `${Math.round(skew / 1000)} s from Graph's`;
    if (skew <= mostSkewMs) return reached(well(check, says));
    const fix = 'Set the clock of this machine (NTP); the app has its own';
    return reached(wrong(check, says, fix));
  } catch (error) {
    const { cause, name } = error as { cause?: { code?: string; message?: string }; name: string };
    const why = cause?.code ?? cause?.message ?? name;
    const says = `${origin.origin} can't be reached (${why})`;
    const fix = 'Check GRAPH_BASE_URL and the way out of this network';
    return { finding: wrong(check, says, fix), reached: false };
  }
}

const rows = z.object({ value: z.array(z.object({ activityDateTime: z.string() })) });

async function timeOf(graph: Graph, order: 'asc' | 'desc'): Promise<number | undefined> {
  const query = `$orderby=activityDateTime%20${order}&$top=1&$select=id,activityDateTime`;
  const { value } = rows.parse(
    await graph.get(`/auditLogs/directoryAudits?${query}`, { tries: 5 }),
  );
  return value[0] && Date.parse(value[0].activityDateTime);
}

/** Whether the audit log can be read, how fresh it is, and how far it reaches back. */
export async function checkAuditLog(
  graph: Graph,
  now: () => Date,
  extra: readonly string[] = [],
): Promise<Finding[]> {
  const check = 'audit log';
  try {
    // As the polls ask, before anything simpler.
    await graph.get(auditQuery(lastMinute(now()), 'watched', extra), { tries: 5 });
    const newest = await timeOf(graph, 'desc');
    if (newest === undefined) {
      const fix = 'Make any change in the tenant and look again in a quarter of an hour';
      return [look(check, 'readable, and empty', fix)];
    }
    const age = now().getTime() - newest;
    const says = `readable; its newest record is ${span(age)} old`;
    const fresh =
      age <= dayMs
        ? well(check, says)
        : look(
            check,
            says,
            'Entra is late, or nothing happens in the tenant: see its service health',
          );
    const oldest = (await timeOf(graph, 'asc')) ?? newest;
    return [fresh, retention(now().getTime() - oldest)];
  } catch (failure) {
    if (!(failure instanceof GraphFailure)) throw failure;
    const { kind, code } = failure;
    const says = `not readable (${failure.answer})`;
    if (kind === 'denied') {
      const fix = 'Grant AuditLog.Read.All and Directory.Read.All: npm run grant';
      return [wrong(check, says, fix)];
    }
    if (kind === 'token')
      return [unclear(check, `no token to read it with (${code})`, 'Try again')];
    if (kind === 'invalid') {
      const fix =
        'Graph does not take the question that the app asks: report it, with EXTRA_ACTIVITIES';
      return [wrong(check, says, fix)];
    }
    const fix = 'Try again in a minute; see the service health of Entra';
    return [kind === 'throttled' ? unclear(check, says, fix) : wrong(check, says, fix)];
  }
}

/** Microsoft keeps it 7 or 30 days: the longest outage that leaves nothing out. */
function retention(reach: number): Finding {
  const check = 'log retention';
  const says = `reaches back ${span(reach)}`;
  if (reach > 8 * dayMs) return well(check, says);
  const fix = 'With Entra ID Free it is 7 days: an outage of the app must not last longer';
  return look(check, says, fix);
}
