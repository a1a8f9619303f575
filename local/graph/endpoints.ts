import type { PermissionName } from '../../functions/permissions/needed.ts';
import { type Answer, GraphRefusal, type GraphRequest } from './answer.ts';
import { type AuditTenant, answerAudit } from './auditEndpoint.ts';
import { Faults, type FaultTarget } from './faults.ts';
import {
  answerAssignments,
  answerGrant,
  answerOrganization,
  answerRevoke,
  answerServicePrincipal,
  type GrantsTenant,
} from './grantsEndpoint.ts';
import { answerGroupMembers } from './groupMembersEndpoint.ts';
import { answerMailboxZone } from './mailboxZoneEndpoint.ts';
import { answerMemberGroups } from './memberGroupsEndpoint.ts';
import { answerMessageTraces } from './messageTraceEndpoint.ts';
import { answerPasskeys, type PasskeyTenant } from './passkeysEndpoint.ts';
import { answerRegistrations, type RegistrationsTenant } from './registrationsEndpoint.ts';
import type { EndpointName } from './requestLog.ts';
import { answerSendMail, type MailTenant } from './sendMailEndpoint.ts';
import { answerSentItems } from './sentItemsEndpoint.ts';
import { answerToken, tokenPath } from './tokenEndpoint.ts';
import { answerDeletedUser, answerUser } from './usersEndpoint.ts';
import { answerUsers } from './usersListEndpoint.ts';

/** Everything that the endpoints read and change. */
export type Tenant = AuditTenant & GrantsTenant & MailTenant & PasskeyTenant & RegistrationsTenant;

interface Endpoint {
  readonly name: EndpointName;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Segments in lower case; `*` is any, `(*)` any key. */
  readonly path: string;
  /** The app's roles that it takes: of each list one. Source: Graph docs, each method's "Permissions". */
  readonly roles?: readonly (readonly PermissionName[])[];
  readonly answer: (request: GraphRequest, tenant: Tenant) => Answer | Promise<Answer>;
}

const auditRoles = [['AuditLog.Read.All'], ['Directory.Read.All']] as const;
const directoryRoles = [['Directory.Read.All']] as const;

const endpoints: readonly Endpoint[] = [
  { name: 'token', method: 'GET', path: tokenPath.slice(1), answer: answerToken },
  {
    name: 'audit',
    method: 'GET',
    path: 'auditlogs/directoryaudits',
    roles: auditRoles,
    answer: answerAudit,
  },
  ...['', '/*'].map(
    (id): Endpoint => ({
      name: 'registrations',
      method: 'GET',
      path: `reports/authenticationmethods/userregistrationdetails${id}`,
      roles: [['AuditLog.Read.All']],
      answer: answerRegistrations,
    }),
  ),
  { name: 'users', method: 'GET', path: 'users/*', roles: directoryRoles, answer: answerUser },
  { name: 'users', method: 'GET', path: 'users', roles: directoryRoles, answer: answerUsers },
  {
    name: 'users',
    method: 'GET',
    path: 'directory/deleteditems/*/microsoft.graph.user',
    roles: directoryRoles,
    answer: answerDeletedUser,
  },
  ...['serviceprincipals(*)', 'serviceprincipals/*'].flatMap((path): Endpoint[] => [
    { name: 'grants', method: 'GET', path, answer: answerServicePrincipal },
    {
      name: 'grants',
      method: 'GET',
      path: `${path}/approleassignments`,
      answer: answerAssignments,
    },
    { name: 'grants', method: 'POST', path: `${path}/approleassignments`, answer: answerGrant },
    {
      name: 'grants',
      method: 'DELETE',
      path: `${path}/approleassignments/*`,
      answer: answerRevoke,
    },
  ]),
  { name: 'grants', method: 'GET', path: 'organization', answer: answerOrganization },
  {
    name: 'memberGroups',
    method: 'POST',
    path: 'users/*/checkmembergroups',
    roles: directoryRoles,
    answer: answerMemberGroups,
  },
  {
    name: 'memberGroups',
    method: 'GET',
    path: 'groups/*/transitivemembers',
    roles: directoryRoles,
    answer: answerGroupMembers,
  },
  {
    name: 'mailboxZone',
    method: 'GET',
    path: 'users/*/mailboxsettings/timezone',
    answer: answerMailboxZone,
  },
  {
    name: 'messageTraces',
    method: 'GET',
    path: 'admin/exchange/tracing/messagetraces',
    roles: [['ExchangeMessageTrace.Read.All']],
    answer: answerMessageTraces,
  },
  { name: 'sendMail', method: 'POST', path: 'users/*/sendmail', answer: answerSendMail },
  {
    name: 'sentItems',
    method: 'GET',
    path: 'users/*/mailfolders/sentitems/messages',
    answer: answerSentItems,
  },
  {
    name: 'methods',
    method: 'GET',
    path: 'users/*/authentication/fido2methods',
    roles: [['UserAuthMethod-Passkey.Read.All', 'UserAuthenticationMethod.Read.All']],
    answer: answerPasskeys,
  },
  {
    name: 'methods',
    method: 'GET',
    path: 'users/*/authentication/methods',
    roles: [['UserAuthenticationMethod.Read.All']],
    answer: answerPasskeys,
  },
];

const other: Endpoint = {
  name: 'other',
  method: 'GET',
  path: '*',
  answer: ({ segments, method }) => {
    const known = endpoints.some(({ path }) => matches(path, segments));
    if (known) {
      throw new GraphRefusal(405, 'Request_BadRequest', `The method ${method} is not allowed.`);
    }
    const name = segments.at(-1) ?? '';
    throw new GraphRefusal(404, 'BadRequest', `Resource not found for the segment '${name}'.`);
  },
};

/**
 * `users('…')` as two segments, for one way to look people up. Undefined for a user principal name that
 * Graph takes in quotes only: one that begins with `$`, or holds brackets.
 */
export function keysAsSegments(segments: readonly string[]): string[] | undefined {
  const [first = '', ...rest] = segments;
  const key = /^(users)\('(.*)'\)$/is.exec(first);
  if (key) return [key[1] ?? '', (key[2] ?? '').replaceAll("''", "'"), ...rest];
  const bare = /^users$/i.test(first) && /^\$|[()]/.test(rest[0] ?? '');
  return bare ? undefined : [...segments];
}

/** The endpoint a request is for; one that refuses when there is none. It answers as far as the app is granted it. */
export function findEndpoint(method: string, segments: readonly string[]): Endpoint {
  const found = endpoints.find((one) => one.method === method && matches(one.path, segments));
  return found ? { ...found, answer: (request, tenant) => granted(found, request, tenant) } : other;
}

/** As if each token were new: what is granted, or taken back, counts at once. */
function granted({ name, roles = [], answer }: Endpoint, request: GraphRequest, tenant: Tenant) {
  if (roles.every((any) => any.some((role) => tenant.grants.has(role))))
    return answer(request, tenant);
  const faults = new Faults();
  faults.set(name as FaultTarget, { kind: 'consentMissing' });
  return answer(request, { ...tenant, faults });
}

function matches(path: string, segments: readonly string[]): boolean {
  const pattern = path.split('/');
  return (
    pattern.length === segments.length &&
    pattern.every((part, index) => fits(part, segments[index]?.toLowerCase() ?? ''))
  );
}

function fits(part: string, segment: string): boolean {
  if (part === '*' || part === segment) return true;
  return part.endsWith('(*)') && segment.startsWith(part.slice(0, -2)) && segment.endsWith(')');
}
