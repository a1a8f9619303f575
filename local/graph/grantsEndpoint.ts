import { graphAppId, permissions } from '../../functions/permissions/needed.ts';
import { type Answer, type GraphRequest, statusRefusal } from './answer.ts';
import type { FaultKinds, Faults, FaultTarget } from './faults.ts';
import { insufficientPrivileges, notFound } from './usersEndpoint.ts';

/** The app's own identity in the Contoso tenant. */
export const notifierAppId = '7d2c0f5a-93be-4f0e-8a41-5b6c1d2e3f40';
const notifierId = '0b9d4c1e-27aa-4f63-9c58-1e2d3c4b5a69';
const graphId = '5f1b7a90-4c3d-4e2f-8b6a-7c8d9e0f1a2b';

/** Which switch stands for a consent in Entra that is not there. */
const switches: readonly { name: string; target: FaultTarget }[] = [
  { name: 'AuditLog.Read.All', target: 'audit' },
  { name: 'Directory.Read.All', target: 'users' },
  { name: 'UserAuthMethod-Passkey.Read.All', target: 'methods' },
  { name: 'UserAuthenticationMethod.Read.All', target: 'methods' },
];

/** GET /servicePrincipals(appId='…')/appRoleAssignments: what the switches leave of the consents. */
export function answerAssignments(
  request: GraphRequest,
  { faults }: { readonly faults: Faults },
): Answer {
  refuseIfAsked(faults);
  if (appIdOf(request) !== notifierAppId) throw notFound(appIdOf(request));
  const is = (target: FaultTarget, kind: FaultKinds[FaultTarget]) =>
    faults.peek(target)?.kind === kind;
  const consented = switches
    .filter(({ target }) => !is(target, 'consentMissing'))
    .map(({ name }) => name);
  if (is('sendMail', 'tenantWide')) consented.push('Mail.Send');
  const value = permissions
    .filter(({ name }) => consented.includes(name))
    .map(({ id }) => ({
      appRoleId: id,
      principalId: notifierId,
      resourceId: graphId,
      resourceDisplayName: 'Microsoft Graph',
    }));
  return json(request, 'appRoleAssignments', { value });
}

/** GET /servicePrincipals(appId='…'): Microsoft Graph, with the app roles that matter here. */
export function answerServicePrincipal(
  request: GraphRequest,
  { faults }: { readonly faults: Faults },
): Answer {
  refuseIfAsked(faults);
  if (appIdOf(request) !== graphAppId) throw notFound(appIdOf(request));
  const appRoles = permissions.map(({ id, name }) => ({ id, value: name }));
  return json(request, 'servicePrincipals', { id: graphId, appId: graphAppId, appRoles });
}

function refuseIfAsked(faults: Faults): void {
  const fault = faults.peek('users');
  if (fault?.kind === 'consentMissing') throw insufficientPrivileges();
  const refusal = statusRefusal(fault);
  if (refusal && fault?.kind !== '404') throw refusal;
}

const appIdOf = ({ segments }: GraphRequest): string =>
  /\(appId='([^']*)'\)$/i.exec(segments[0] ?? '')?.[1]?.toLowerCase() ?? '';

const json = ({ origin }: GraphRequest, context: string, body: object): Answer => ({
  kind: 'json',
  status: 200,
  body: { '@odata.context': `${origin}/v1.0/$metadata#${context}`, ...body },
});
