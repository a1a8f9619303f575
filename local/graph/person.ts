/** A user of the tenant, with Graph's property names. */
export interface Person {
  readonly id: string;
  readonly displayName: string;
  readonly givenName: string | null;
  readonly surname: string | null;
  readonly jobTitle: string | null;
  readonly department: string | null;
  /** Null without a mailbox. */
  readonly mail: string | null;
  readonly otherMails: readonly string[];
  readonly userPrincipalName: string;
  readonly preferredLanguage: string | null;
  readonly usageLocation: string | null;
  readonly userType: 'Member' | 'Guest';
  readonly accountEnabled: boolean;
  /** Not a property in Graph: read through `$expand=manager`. */
  readonly managerId: string | null;
}

/** A group of the tenant. Members are object ids of people and of other groups. */
export interface Group {
  readonly id: string;
  readonly displayName: string;
  readonly members: readonly string[];
}
