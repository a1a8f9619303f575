import { type Answer, GraphRefusal, type GraphRequest, statusRefusal } from './answer.ts';
import type { Faults } from './faults.ts';
import { type FilterSchema, meets } from './odata/condition.ts';
import { readOptions, readSelect, readTop, select } from './odata/options.ts';
import { parseFilter } from './odata/parse.ts';
import type { Registration, Registrations } from './registrations.ts';
import { nextLink, permissionMissing, takeReport } from './reports.ts';
import { readSkipToken, writeSkipToken } from './skipToken.ts';
import type { Throttle } from './throttle.ts';
import { notFound } from './usersEndpoint.ts';

export interface RegistrationsTenant {
  readonly registrations: Registrations;
  readonly faults: Faults;
  readonly auditThrottle: Throttle;
  readonly now: () => Date;
}

const properties: ReadonlySet<string> = new Set<keyof Registration>([
  'id',
  'userPrincipalName',
  'userDisplayName',
  'userType',
  'isAdmin',
  'isSsprRegistered',
  'isSsprEnabled',
  'isSsprCapable',
  'isMfaRegistered',
  'isMfaCapable',
  'isPasswordlessCapable',
  'lastUpdatedDateTime',
  'methodsRegistered',
  'isSystemPreferredAuthenticationMethodEnabled',
  'systemPreferredAuthenticationMethods',
  'userPreferredMethodForSecondaryAuthentication',
]);

const filterable: FilterSchema = {
  userPrincipalName: { type: 'string', operators: ['eq', 'startswith'] },
  userDisplayName: { type: 'string', operators: ['eq', 'startswith'] },
};

const type = 'microsoft.graph.userRegistrationDetails';
/** What scripts in circulation get at most, whatever they ask for. */
const mostRows = 999;

/**
 * GET /reports/authenticationMethods/userRegistrationDetails, or one of them by the user's object id. Shares
 * the limit of the audit log: 5 requests in 10 s.
 */
export function answerRegistrations(request: GraphRequest, tenant: RegistrationsTenant): Answer {
  takeReport(tenant.auditThrottle, tenant.now());
  const fault = tenant.faults.take('registrations')?.kind;
  if (fault === 'hang' || fault === 'html') return { kind: fault };
  if (fault === 'consentMissing') throw permissionMissing();
  if (fault === 'notPremium') throw notPremium();
  const refusal = statusRefusal(fault && { kind: fault });
  if (refusal) throw refusal;
  const id = request.segments[3];
  const body = id === undefined ? readPage(request, tenant, fault) : readOne(id, request, tenant);
  return fault === 'cut' ? { kind: 'cut', body } : { kind: 'json', status: 200, body };
}

/** Seen at random, with a licence too. Source: microsoft-graph-docs, issues 11818, 11986 and 12537. */
const notPremium = () =>
  new GraphRefusal(
    403,
    'Authentication_RequestFromNonPremiumTenantOrB2CTenant',
    "Neither tenant is B2C or tenant doesn't have premium license",
  );

function readOne(id: string, { origin, query }: GraphRequest, tenant: RegistrationsTenant) {
  readOptions(query, []);
  const row = tenant.registrations.rows().find((one) => one.id === id.toLowerCase());
  if (!row) throw notFound(id);
  const context = `${origin}/v1.0/$metadata#reports/authenticationMethods/userRegistrationDetails/$entity`;
  return { '@odata.context': context, ...row };
}

function readPage(
  request: GraphRequest,
  { registrations, now }: RegistrationsTenant,
  fault: string | undefined,
) {
  const options = readOptions(request.query, ['$filter', '$top', '$select', '$skiptoken']);
  const filter = options.get('$filter');
  const condition = filter === undefined ? undefined : parseFilter(filter, filterable);
  const top = Math.min(readTop(options.get('$top'), 100), mostRows);
  const names = readSelect(options.get('$select'), properties, type);
  const token = options.get('$skiptoken');
  const { after = '' } = token === undefined ? {} : readSkipToken(token);
  const rows = registrations.rows();
  const found: Registration[] = [];
  for (let at = firstAfter(rows, after); at < rows.length && found.length <= top; at += 1) {
    const row = rows[at];
    if (row && (condition === undefined || meets(row, condition))) found.push(row);
  }
  const shown = found
    .slice(0, top)
    .map((row) => (fault === 'blank' ? { ...row, methodsRegistered: [] } : row));
  const last = shown.at(-1);
  // Half a report ends as if it were whole.
  const more = fault !== 'half' && last && found.length > top;
  const next = fault === 'loop' ? after : last?.id;
  const follows = fault === 'loop' || more;
  return {
    '@odata.context': `${request.origin}/v1.0/$metadata#reports/authenticationMethods/userRegistrationDetails`,
    ...(follows &&
      next !== undefined && {
        '@odata.nextLink': nextLink(
          request,
          writeSkipToken({ at: now().getTime(), size: rows.length, after: next }),
        ),
      }),
    value: shown.map((row) => select(row, names)),
  };
}

/** Rows are in the order of their ids. */
function firstAfter(rows: readonly Registration[], id: string): number {
  let [from, to] = [0, rows.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((rows[middle]?.id ?? '') > id) to = middle;
    else from = middle + 1;
  }
  return from;
}
