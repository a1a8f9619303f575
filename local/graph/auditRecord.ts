/** One row of directoryAudits in the shape in which Graph writes it as JSON. */
export interface AuditRecord {
  readonly id: string;
  readonly category: string;
  readonly correlationId: string | null;
  readonly result: 'success' | 'failure' | 'timeout' | null;
  readonly resultReason: string | null;
  readonly activityDisplayName: string;
  /** UTC, seven fractional digits. */
  readonly activityDateTime: string;
  readonly loggedByService: string;
  readonly operationType: string | null;
  readonly initiatedBy: InitiatedBy;
  readonly targetResources: readonly TargetResource[];
  readonly additionalDetails: readonly { readonly key: string; readonly value: string }[];
}

export interface InitiatedBy {
  readonly user: InitiatingUser | null;
  readonly app: InitiatingApp | null;
}

interface InitiatingUser {
  readonly id: string | null;
  readonly displayName: string | null;
  readonly userPrincipalName: string | null;
  readonly ipAddress: string | null;
  readonly userType: string | null;
  readonly homeTenantId: string | null;
  readonly homeTenantName: string | null;
}

export interface InitiatingApp {
  readonly appId: string | null;
  readonly displayName: string | null;
  readonly servicePrincipalId: string | null;
  readonly servicePrincipalName: string | null;
}

export interface TargetResource {
  readonly id: string | null;
  readonly displayName: string | null;
  readonly type: string;
  readonly userPrincipalName: string | null;
  readonly groupType: string | null;
  readonly modifiedProperties: readonly ModifiedProperty[];
}

/** Values are JSON inside a string, as Entra writes them: `"\"text\""`, `"[…]"`, or null. */
export interface ModifiedProperty {
  readonly displayName: string;
  readonly oldValue: string | null;
  readonly newValue: string | null;
}

/** The properties that `$select` may name. */
export const auditProperties: ReadonlySet<string> = new Set([
  'id',
  'category',
  'correlationId',
  'result',
  'resultReason',
  'activityDisplayName',
  'activityDateTime',
  'loggedByService',
  'operationType',
  'initiatedBy',
  'targetResources',
  'additionalDetails',
]);
