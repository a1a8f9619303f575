import type { ChangeTarget, Initiator } from './change.ts';
import { systemServices } from './methodWords.ts';
import { isNil, normalise } from './normalise.ts';
import type { AuditRecord } from './record.ts';

/** Two identities of a person, as far as they are known; UPNs compare without case. */
interface Identity {
  readonly id?: string | undefined;
  readonly userPrincipalName?: string | undefined;
}

/**
 * Whether two identities are the same person: by id where both have one, else by UPN where both
 * have one, else undefined: it cannot be told. A guest has one UPN at home and another here, and whoever may name
 * accounts can give one the guest's form of anybody's name: the two forms tell nothing.
 */
export function samePerson(one: Identity, other: Identity): boolean | undefined {
  if (one.id && other.id) return one.id.toLowerCase() === other.id.toLowerCase();
  if (one.userPrincipalName && other.userPrincipalName) {
    const [name, others] = [
      one.userPrincipalName.toLowerCase(),
      other.userPrincipalName.toLowerCase(),
    ];
    if (name === others) return true;
    return homeName(name) === homeName(others) ? undefined : false;
  }
  return undefined;
}

/** `ada_partner.example#EXT#@contoso.example` is `ada@partner.example` at home. In lower case. */
export function homeName(userPrincipalName: string): string {
  const name = userPrincipalName.toLowerCase();
  const end = name.indexOf('#ext#@');
  if (end < 0) return name;
  // Domains hold no underscore: the last one stood for the @.
  return name.slice(0, end).replace(/_([^_]*)$/, '@$1');
}

/** Whether who acted is whom a row is about. A guest acts under the name of home, which nobody else can have. */
export function isSelf(actor: Identity, target: Identity): boolean | undefined {
  const same = samePerson(actor, target);
  if (same !== undefined) return same;
  const name = actor.userPrincipalName?.toLowerCase();
  return name && name === homeName(target.userPrincipalName ?? '') ? true : undefined;
}

type User = NonNullable<NonNullable<AuditRecord['initiatedBy']>['user']>;

/** Object ids and app ids, in lower case, of what the tenant is synchronised with. */
export type SyncIdentities = ReadonlySet<string>;

/** What the directory says of who acts, beyond the rows. */
export interface KnownMakers {
  /** What on-premises directories are synchronised with. */
  readonly sync?: SyncIdentities;
  /** Service principals, by id in lower case, that are not Microsoft's, whatever they are called. */
  readonly foreign?: ReadonlySet<string>;
}

/**
 * Accounts of Microsoft's own tenant that act in others, by UPN: nobody else can have one in its domain.
 * Source: Microsoft Q&A and Sentinel rules on self-service password reset, which writes as this account.
 */
const selfService = 'fim_password_service@support.onmicrosoft.com';

/** Whether a row was written by Microsoft's self-service password management, for the user. */
export const isSelfService = (record: AuditRecord): boolean =>
  record.initiatedBy?.user?.userPrincipalName?.toLowerCase() === selfService;

/** Who made a change, from ids alone: the words User and Admin in an activity prove nothing. */
export function initiatorOf(
  record: AuditRecord,
  target: ChangeTarget,
  { sync, foreign }: KnownMakers = {},
): Initiator {
  const { user, app } = record.initiatedBy ?? {};
  if (isSelfService(record)) return { kind: 'system' };
  if (user?.id || user?.userPrincipalName) return byUser(user, target, sync);
  const id = app?.servicePrincipalId || app?.appId;
  const name = app?.displayName || user?.displayName;
  const ids = [app?.servicePrincipalId, app?.appId];
  if (ids.some((one) => one && sync?.has(one.toLowerCase()))) {
    return { kind: 'system', ...defined({ id, name }) };
  }
  const claimed = claimedService(record);
  if (isSystem(name) && !app?.appId && !(claimed && foreign?.has(claimed))) {
    return { kind: 'system', ...defined({ name }) };
  }
  if (id || app?.displayName) return { kind: 'application', ...defined({ id, name }) };
  return { kind: 'unknown' };
}

/**
 * The service principal, in lower case, of a maker that nothing but a name shows to be a service of Microsoft's: rows
 * of the directory leave every app id out, and anybody may give an application that name.
 */
export function claimedService({ initiatedBy }: AuditRecord): string | undefined {
  const { user, app } = initiatedBy ?? {};
  if (!app || app.appId || user?.id || user?.userPrincipalName) return undefined;
  const id = app.servicePrincipalId;
  return id && !isNil(id) && isSystem(app.displayName || user?.displayName)
    ? id.toLowerCase()
    : undefined;
}

function byUser(user: User, target: ChangeTarget, sync: SyncIdentities | undefined): Initiator {
  const person = defined({
    id: user.id,
    userPrincipalName: user.userPrincipalName,
    name: isSystem(user.displayName) ? undefined : user.displayName,
  });
  const same = isSelf(person, target);
  if (same) return { kind: 'self', ...person };
  if (person.id && sync?.has(person.id.toLowerCase())) return { kind: 'system', ...person };
  return { kind: same === false ? 'administrator' : 'unknown', ...person };
}

/** Whether a maker is one that only records what others do, or is not named at all. */
export const onlyRecords = ({ kind, id, userPrincipalName }: Initiator): boolean =>
  (kind === 'system' || kind === 'unknown') && !id && !userPrincipalName;

/**
 * Decides an initiator that the row left open, once the directory has told the target's id and
 * UPN. Others stay as they are.
 */
export function decideInitiator(initiator: Initiator, target: ChangeTarget): Initiator {
  if (initiator.kind !== 'unknown') return initiator;
  const same = isSelf(initiator, target);
  if (same === undefined) return initiator;
  return { ...initiator, kind: same ? 'self' : 'administrator' };
}

const isSystem = (name: string | null | undefined) => systemServices.includes(normalise(name));

type Text = string | null | undefined;

/** Leaves out what is null or empty; cuts what is longer than any real value. */
export function defined<K extends string>(fields: Record<K, Text>): { [P in K]?: string } {
  const kept: { [P in K]?: string } = {};
  for (const key of Object.keys(fields) as K[]) {
    const value = fields[key];
    if (value) kept[key] = value.slice(0, 512);
  }
  return kept;
}
