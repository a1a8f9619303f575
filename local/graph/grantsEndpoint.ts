import * as z from 'zod';
import { permissions } from '../../functions/permissions/needed.ts';
import { type Answer, type GraphRequest, statusRefusal } from './answer.ts';
import type { FaultKinds, Faults, FaultTarget } from './faults.ts';
import { type AppRoleAssignment, type Grants, graphId, invalid, notifierId } from './grants.ts';
import { insufficientPrivileges, notFound } from './usersEndpoint.ts';

export interface GrantsTenant {
  readonly faults: Faults;
  readonly grants: Grants;
}

/** Which switch stands for a consent in Entra that is not there. */
const switches: Readonly<Record<string, FaultTarget>> = {
  'AuditLog.Read.All': 'audit',
  'Directory.Read.All': 'users',
  'UserAuthMethod-Passkey.Read.All': 'methods',
  'UserAuthenticationMethod.Read.All': 'methods',
};

/** GET /servicePrincipals/{id} and (appId='…'), as $select=id,appId,displayName,appRoles would. */
export function answerServicePrincipal(
  request: GraphRequest,
  { faults, grants }: GrantsTenant,
): Answer {
  refuseIfAsked(faults);
  return json(request, 'servicePrincipals', { ...principalOf(request, grants) });
}

/** GET /servicePrincipals/{id}/appRoleAssignments: what the switches leave of the consents. */
export function answerAssignments(request: GraphRequest, { faults, grants }: GrantsTenant): Answer {
  refuseIfAsked(faults);
  const { id } = principalOf(request, grants);
  const all = id === notifierId ? switched(grants.assignments, faults) : [];
  // A page at a time. The default of the real one is 100.
  const size = Math.min(Number(request.query.get('$top') ?? 100), 999);
  const from = Number(request.query.get('$skiptoken') ?? 0);
  const to = from + size;
  const next = `${request.origin}/v1.0/servicePrincipals/${id}/appRoleAssignments?$top=${size}&$skiptoken=${to}`;
  return json(request, 'appRoleAssignments', {
    value: all.slice(from, to),
    ...(to < all.length && { '@odata.nextLink': next }),
  });
}

const asked = z.object({
  principalId: z.string(),
  resourceId: z.string(),
  appRoleId: z.string(),
});

/** POST /servicePrincipals/{id}/appRoleAssignments. */
export function answerGrant(request: GraphRequest, { faults, grants }: GrantsTenant): Answer {
  refuseIfAsked(faults);
  const { id } = principalOf(request, grants);
  const given = asked.safeParse(tryJson(request.body));
  if (!given.success || given.data.principalId !== id) throw invalid('Invalid principalId.');
  const { resourceId, appRoleId } = given.data;
  const resource = grants.find(resourceId);
  if (!resource?.appRoles.some((role) => role.id === appRoleId)) {
    throw invalid('Permission being assigned was not found on application');
  }
  const made = grants.add(resourceId, appRoleId);
  return { ...json(request, 'appRoleAssignments/$entity', { ...made }), status: 201 } as Answer;
}

/** DELETE /servicePrincipals/{id}/appRoleAssignments/{assignment}. */
export function answerRevoke(request: GraphRequest, { faults, grants }: GrantsTenant): Answer {
  refuseIfAsked(faults);
  principalOf(request, grants);
  const id = request.segments.at(-1) ?? '';
  if (!grants.remove(id)) throw notFound(id);
  return { kind: 'empty', status: 204 };
}

/** GET /organization: the demo tenant. */
export const answerOrganization = (request: GraphRequest): Answer =>
  json(request, 'organization', {
    value: [{ id: 'c0de0000-0000-4000-8000-00000000c0de', displayName: 'Contoso' }],
  });

function switched(all: readonly AppRoleAssignment[], faults: Faults): AppRoleAssignment[] {
  const is = (target: FaultTarget, kind: FaultKinds[FaultTarget]) =>
    faults.peek(target)?.kind === kind;
  const nameOf = (roleId: string) => permissions.find(({ id }) => id === roleId)?.name ?? '';
  const left = all.filter(({ appRoleId }) => {
    const target = switches[nameOf(appRoleId)];
    return target === undefined || !is(target, 'consentMissing');
  });
  const send = permissions.find(({ name }) => name === 'Mail.Send');
  if (!is('sendMail', 'tenantWide') || !send) return left;
  const wide = { id: 'tenant-wide', principalId: notifierId, resourceId: graphId };
  return [...left, { ...wide, resourceDisplayName: 'Microsoft Graph', appRoleId: send.id }];
}

function principalOf({ segments }: GraphRequest, grants: Grants) {
  const [first = '', second = ''] = segments;
  const key = /\(appId='([^']*)'\)$/i.exec(first)?.[1] ?? second;
  const found = grants.find(key);
  if (!found) throw notFound(key);
  return found;
}

function refuseIfAsked(faults: Faults): void {
  const fault = faults.peek('users');
  if (fault?.kind === 'consentMissing') throw insufficientPrivileges();
  const refusal = statusRefusal(fault);
  if (refusal) throw refusal;
}

function tryJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

const json = ({ origin }: GraphRequest, context: string, body: object): Answer => ({
  kind: 'json',
  status: 200,
  body: { '@odata.context': `${origin}/v1.0/$metadata#${context}`, ...body },
});
