import type {
  AuditRecord,
  InitiatedBy,
  InitiatingApp,
  ModifiedProperty,
  TargetResource,
} from '../auditRecord.ts';
import type { Directory } from '../directory.ts';
import type { PasskeyMethods } from '../passkeyMethods.ts';
import type { Person } from '../person.ts';
import type { Random } from '../random.ts';

/** Who and what a happening is played with. */
export interface Cast {
  /** Whom it happens to. */
  readonly person: Person;
  /** The administrator who acts, in happenings that have one. */
  readonly admin: Person;
  /** Whether an administrator was asked for by name. */
  readonly adminGiven: boolean;
  /** How many people a burst has. */
  readonly count: number;
  readonly startsAt: Date;
  readonly directory: Directory;
  readonly passkeys: PasskeyMethods;
  readonly random: Random;
}

/** A row to be written, without what every row has: id, time, visibility. */
export interface Draft {
  /** Milliseconds after the start of the happening. */
  readonly at: number;
  readonly service: string;
  readonly activity: string;
  readonly by: InitiatedBy;
  readonly targets: readonly TargetResource[];
  /** Rows of one request share it; without it the row has one of its own. */
  readonly correlationId?: string;
  readonly reason?: string | null;
  readonly operation?: string | null;
  readonly category?: string;
  readonly result?: AuditRecord['result'];
  readonly details?: Readonly<Record<string, string>>;
  /** Properties of wrong types, for the row that no reader can parse. */
  readonly malformed?: Readonly<Record<string, unknown>>;
}

/** The rows of one happening. Its first row is at 0. */
export type Script = (cast: Cast) => Draft[];

export function byUser(person: Person, ipAddress: string | null = ''): InitiatedBy {
  const { id, userPrincipalName } = person;
  return {
    user: {
      id,
      displayName: null,
      userPrincipalName,
      ipAddress,
      userType: null,
      homeTenantId: null,
      homeTenantName: null,
    },
    app: null,
  };
}

export function byApp(app: InitiatingApp): InitiatedBy {
  return { user: null, app };
}

/** Microsoft's own services, which write rows for what people do. */
export const strongAuthenticationService = serviceApp(
  'Azure MFA StrongAuthenticationService',
  '5d0f1c7e-8a43-4b6d-b1f2-7c90e4a3d815',
);
export const deviceRegistrationService = serviceApp(
  'Device Registration Service',
  '91a7e6b4-0c2d-4e58-93fb-2d6a8c17f05e',
);

function serviceApp(displayName: string, servicePrincipalId: string): InitiatedBy {
  return byApp({ appId: null, displayName, servicePrincipalId, servicePrincipalName: null });
}

export function target(
  person: Person,
  modifiedProperties: readonly ModifiedProperty[] = [],
): TargetResource {
  const { id, displayName, userPrincipalName } = person;
  return { id, displayName, type: 'User', userPrincipalName, groupType: null, modifiedProperties };
}

/** How the rows of passkeys name their target: by UPN only. */
export function targetByUpn(userPrincipalName: string): TargetResource {
  return {
    id: null,
    displayName: null,
    type: 'User',
    userPrincipalName,
    groupType: null,
    modifiedProperties: [],
  };
}

/** Values are written as JSON in a string; undefined stays null. */
export function modified(displayName: string, before: unknown, after: unknown): ModifiedProperty {
  const write = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  return { displayName, oldValue: write(before), newValue: write(after) };
}

/** A row of the service Authentication Methods. */
export function securityInfo(draft: Omit<Draft, 'service'>): Draft {
  return { operation: 'Add', ...draft, service: 'Authentication Methods' };
}

/** Core Directory's "Update user", which names the changed properties once more at the end. */
export function updateUser(
  at: number,
  person: Person,
  by: InitiatedBy,
  changes: readonly ModifiedProperty[],
): Draft {
  const names = changes.map(({ displayName }) => displayName).join(', ');
  return {
    at,
    service: 'Core Directory',
    activity: 'Update user',
    reason: '',
    operation: 'Update',
    by,
    targets: [
      target(person, [
        ...changes,
        modified('Included Updated Properties', undefined, names),
        modified('TargetId.UserType', undefined, person.userType),
      ]),
    ],
    details: { UserType: person.userType },
  };
}

/** An address from the blocks reserved for documentation. */
export function ipAddress(random: Random): string {
  return random.below(4) === 0
    ? `2001:db8:${random.below(65536).toString(16)}::${(1 + random.below(65535)).toString(16)}`
    : `203.0.113.${1 + random.below(254)}`;
}

export const browser =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0';
