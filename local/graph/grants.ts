import {
  exchangeAppId,
  graphAppId,
  type PermissionName,
  permissions,
} from '../../functions/permissions/needed.ts';
import { GraphRefusal } from './answer.ts';

/** The app's own identity in the Contoso tenant. */
export const notifierAppId = '7d2c0f5a-93be-4f0e-8a41-5b6c1d2e3f40';
export const notifierId = '0b9d4c1e-27aa-4f63-9c58-1e2d3c4b5a69';

interface ServicePrincipal {
  readonly id: string;
  readonly appId: string;
  readonly displayName: string;
  readonly servicePrincipalType: 'Application' | 'ManagedIdentity';
  readonly appRoles: readonly { readonly id: string; readonly value: string }[];
  /** The tenant that it was registered in. */
  readonly appOwnerOrganizationId?: string;
}

export interface AppRoleAssignment {
  readonly id: string;
  readonly principalId: string;
  readonly resourceId: string;
  readonly resourceDisplayName: string;
  readonly appRoleId: string;
}

/** The app role of Exchange Online itself that opens every mailbox. Source: its list of roles in Entra. */
export const fullAccess = {
  id: 'dc890d15-9560-4a4c-9b7f-a736ec74ec40',
  value: 'full_access_as_app',
} as const;

export const graphId = '5f1b7a90-4c3d-4e2f-8b6a-7c8d9e0f1a2b';
export const exchangeId = '6a2c8b91-5d4e-4f3a-9c7b-8d9e0f1a2b3c';

/** Optional, and for who asks for them. */
const askedFor: ReadonlySet<PermissionName> = new Set([
  'MailboxSettings.Read',
  'ExchangeMessageTrace.Read.All',
]);

/** The tenant's applications that matter here, and what the app's identity was granted on them. */
export class Grants {
  readonly #principals: ServicePrincipal[] = [
    {
      id: notifierId,
      appId: notifierAppId,
      displayName: 'id-secinfo',
      servicePrincipalType: 'ManagedIdentity',
      appRoles: [],
    },
    {
      id: graphId,
      appId: graphAppId,
      displayName: 'Microsoft Graph',
      servicePrincipalType: 'Application',
      appRoles: permissions.map(({ id, name }) => ({ id, value: name })),
    },
    {
      id: exchangeId,
      appId: exchangeAppId,
      displayName: 'Office 365 Exchange Online',
      servicePrincipalType: 'Application',
      appRoles: [fullAccess],
    },
  ];
  readonly #assignments = new Map<string, AppRoleAssignment>();
  #made = 0;

  /** A tenant that is well: what Entra grants most apps is granted. Clocks and traces are for who asks for them. */
  constructor() {
    for (const { id, name, grantedIn } of permissions) {
      if (grantedIn === 'entra' && !askedFor.has(name)) this.add(graphId, id);
    }
  }

  get assignments(): readonly AppRoleAssignment[] {
    return [...this.#assignments.values()];
  }

  find(idOrAppId: string): ServicePrincipal | undefined {
    const wanted = idOrAppId.toLowerCase();
    return this.#principals.find(({ id, appId }) => id === wanted || appId === wanted);
  }

  /** Somebody registers an application. */
  register(principal: ServicePrincipal): void {
    this.#principals.push(principal);
  }

  /** Whether the app holds a role of Graph. */
  has(role: PermissionName): boolean {
    const wanted = permissions.find(({ name }) => name === role)?.id;
    const is = (one: AppRoleAssignment) => one.resourceId === graphId && one.appRoleId === wanted;
    return this.assignments.some(is);
  }

  /** Grants a role. Throws as Graph does where it is there already. */
  add(resourceId: string, appRoleId: string): AppRoleAssignment {
    const resource = this.#principals.find(({ id }) => id === resourceId);
    const is = (one: AppRoleAssignment) =>
      one.appRoleId === appRoleId && one.resourceId === resourceId;
    if (this.assignments.some(is)) {
      throw invalid('Permission being assigned already exists on the object');
    }
    this.#made += 1;
    // Graph's ids of assignments are no GUIDs.
    const id = `Hk2dC6onY0-cWB4tPEtaa${String(this.#made).padStart(4, '0')}`;
    const made: AppRoleAssignment = {
      id,
      principalId: notifierId,
      resourceId,
      resourceDisplayName: resource?.displayName ?? 'unknown',
      appRoleId,
    };
    this.#assignments.set(id, made);
    return made;
  }

  /** Takes one back; false where there is none. */
  remove(id: string): boolean {
    return this.#assignments.delete(id);
  }

  clear(): void {
    this.#assignments.clear();
  }
}

export const invalid = (message: string): GraphRefusal =>
  new GraphRefusal(400, 'Request_BadRequest', message);
