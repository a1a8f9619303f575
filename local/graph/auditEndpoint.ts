import { type Answer, badRequest, type GraphRequest, statusRefusal } from './answer.ts';
import type { AuditEntry, AuditLog } from './auditLog.ts';
import { auditProperties } from './auditRecord.ts';
import type { FaultKinds, Faults } from './faults.ts';
import { type Condition, type FilterSchema, meets } from './odata/condition.ts';
import { readOptions, readSelect, readTop, select } from './odata/options.ts';
import { parseFilter } from './odata/parse.ts';
import { nextLink, overLimit, permissionMissing } from './reports.ts';
import { readSkipToken, type SkipToken, writeSkipToken } from './skipToken.ts';
import type { Throttle } from './throttle.ts';

const text = { type: 'string', operators: ['eq'] } as const;
const startingText = { type: 'string', operators: ['eq', 'startswith'] } as const;

/** What directoryAudits may be filtered by, and nothing else: not `category`, not `result`. */
const filterable: FilterSchema = {
  id: text,
  activityDateTime: { type: 'time', operators: ['eq', 'ge', 'le'] },
  activityDisplayName: startingText,
  loggedByService: text,
  correlationId: text,
  'initiatedBy/user/id': text,
  'initiatedBy/user/userPrincipalName': text,
  'initiatedBy/user/displayName': text,
  'initiatedBy/app/appId': text,
  'initiatedBy/app/displayName': text,
  targetResources: { type: 'collection', items: { id: text, displayName: startingText } },
};

const defaultTop = 1000;
const staleMs = 26 * 3_600_000;

export interface AuditTenant {
  readonly audit: AuditLog;
  readonly faults: Faults;
  readonly auditThrottle: Throttle;
  readonly now: () => Date;
}

/** GET /auditLogs/directoryAudits */
export function answerAudit(request: GraphRequest, tenant: AuditTenant): Answer {
  const { faults, auditThrottle, now } = tenant;
  const wait = auditThrottle.take(now());
  if (wait !== undefined) {
    const silent = faults.peek('audit')?.kind === 'withoutRetryAfter' && faults.take('audit');
    throw overLimit(silent ? undefined : wait);
  }
  const fault =
    faults.peek('audit')?.kind === 'withoutRetryAfter' ? undefined : faults.take('audit');
  if (fault?.kind === 'consentMissing') throw permissionMissing();
  const refusal = statusRefusal(fault);
  if (refusal) throw refusal;
  if (fault?.kind === 'hang' || fault?.kind === 'html') return { kind: fault.kind };

  const page = readPage(request, tenant, fault?.kind);
  if (fault?.kind === 'cut') return { kind: 'cut', body: page };
  if (fault?.kind === 'malformedRecord') page.value = malformOne(page.value);
  return { kind: 'json', status: 200, body: page };
}

interface Page {
  '@odata.context': string;
  '@odata.nextLink'?: string;
  value: unknown[];
}

function readPage(
  request: GraphRequest,
  { audit, now }: AuditTenant,
  fault: FaultKinds['audit'] | undefined,
): Page {
  const options = readOptions(request.query, [
    '$filter',
    '$orderby',
    '$top',
    '$select',
    '$skiptoken',
  ]);
  const filter = options.get('$filter');
  const condition = filter === undefined ? undefined : parseFilter(filter, filterable);
  const order = readOrder(options.get('$orderby'));
  const top = readTop(options.get('$top'), defaultTop);
  const names = readSelect(
    options.get('$select'),
    auditProperties,
    'microsoft.graph.directoryAudit',
  );
  const token = options.get('$skiptoken');
  const from = token === undefined ? undefined : readSkipToken(token);
  // Every page shows the log as it was when the first was read: later rows wait for the next query.
  const snapshot: SkipToken = from ?? { at: now().getTime(), size: audit.size };

  const newest = fault === 'stale' ? now().getTime() - staleMs : snapshot.at;
  const seen = { ...snapshot, at: Math.min(snapshot.at, newest) };
  const found = take(audit.entries(order, from?.after), seen, condition, top + 1);
  const overlaps = fault === 'overlappingPages' && found.length > 2;
  const shown = found.slice(0, overlaps ? Math.ceil(found.length / 2) : top);
  const last = shown.at(overlaps ? -2 : -1);
  const page: Page = {
    '@odata.context': `${request.origin}/v1.0/$metadata#auditLogs/directoryAudits`,
    value: shown.map(({ record }) => select(record, names)),
  };
  if (fault === 'loop') {
    page['@odata.nextLink'] = nextLink(request, writeSkipToken(from ?? snapshot));
  } else if (fault === 'emptyPage') {
    page.value = [];
    page['@odata.nextLink'] = nextLink(request, writeSkipToken(from ?? snapshot));
  } else if (last && (overlaps || found.length > top)) {
    page['@odata.nextLink'] = nextLink(request, writeSkipToken({ ...snapshot, after: last.key }));
  }
  return page;
}

function take(
  entries: Iterable<AuditEntry>,
  { at, size }: Pick<SkipToken, 'at' | 'size'>,
  condition: Condition | undefined,
  limit: number,
): AuditEntry[] {
  const found: AuditEntry[] = [];
  for (const entry of entries) {
    if (entry.visibleAt > at || entry.sequence >= size) continue;
    if (condition && !meets(entry.record, condition)) continue;
    found.push(entry);
    if (found.length === limit) break;
  }
  return found;
}

function readOrder(value: string | undefined): 'asc' | 'desc' {
  // Graph documents no default order; newest first is what it was seen to do.
  if (value === undefined) return 'desc';
  const found = /^activityDateTime(?: +(asc|desc))?$/.exec(value.trim());
  if (!found) throw badRequest(`The $orderby expression '${value}' is not supported.`);
  return found[1] === 'desc' ? 'desc' : 'asc';
}

/** One record in the middle of the page gets types that no reader expects. */
function malformOne(rows: readonly unknown[]): unknown[] {
  const victim = rows.length >> 1;
  return rows.map((row, index) =>
    index === victim
      ? { ...(row as object), activityDateTime: 20261124, targetResources: 'none', initiatedBy: 7 }
      : row,
  );
}
