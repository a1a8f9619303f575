import type { ChangeTarget, Initiator } from './change.ts';
import { systemServices } from './methodWords.ts';
import { normalise } from './normalise.ts';
import type { AuditRecord } from './record.ts';

/** Two identities of a person, as far as they are known; UPNs compare without case. */
interface Identity {
  readonly id?: string | undefined;
  readonly userPrincipalName?: string | undefined;
}

/**
 * Whether two identities are the same person: by id where both have one, else by UPN where both
 * have one, else undefined: it cannot be told.
 */
export function samePerson(one: Identity, other: Identity): boolean | undefined {
  if (one.id && other.id) return one.id.toLowerCase() === other.id.toLowerCase();
  if (one.userPrincipalName && other.userPrincipalName) {
    return one.userPrincipalName.toLowerCase() === other.userPrincipalName.toLowerCase();
  }
  return undefined;
}

/** The user a row is about: the first target of type User with an id or a UPN. */
export function targetOf(record: AuditRecord): ChangeTarget | undefined {
  for (const { id, userPrincipalName, displayName, type } of record.targetResources ?? []) {
    const isUser = normalise(type) === 'user' || (!type && userPrincipalName);
    if (isUser && (id || userPrincipalName)) {
      return completed(defined({ id, userPrincipalName, displayName }), record);
    }
  }
  return undefined;
}

/** Where the user acted, the row may name as initiator what it leaves out of the target. */
function completed(target: ChangeTarget, record: AuditRecord): ChangeTarget {
  const { id, userPrincipalName } = record.initiatedBy?.user ?? {};
  const user = defined({ id, userPrincipalName });
  return samePerson(user, target) ? { ...user, ...target } : target;
}

/** Who made a change, from ids alone: the words User and Admin in an activity prove nothing. */
export function initiatorOf(record: AuditRecord, target: ChangeTarget): Initiator {
  const { user, app } = record.initiatedBy ?? {};
  if (user && isSyncAccount(user)) {
    return { kind: 'system', ...defined({ name: user.displayName }) };
  }
  if (user?.id || user?.userPrincipalName) {
    const person = defined({
      id: user.id,
      userPrincipalName: user.userPrincipalName,
      name: isSystem(user.displayName) ? undefined : user.displayName,
    });
    const same = samePerson(person, target);
    if (same === undefined) return { kind: 'unknown', ...person };
    return { kind: same ? 'self' : 'administrator', ...person };
  }
  const name = app?.displayName || user?.displayName;
  if (isSystem(name)) return { kind: 'system', ...defined({ name }) };
  if (app?.appId || app?.servicePrincipalId || app?.displayName) {
    return { kind: 'application', ...defined({ id: app.servicePrincipalId || app.appId, name }) };
  }
  return { kind: 'unknown' };
}

/**
 * Decides an initiator that the row left open, once the directory has told the target's id and
 * UPN. Others stay as they are.
 */
export function decideInitiator(initiator: Initiator, target: ChangeTarget): Initiator {
  if (initiator.kind !== 'unknown') return initiator;
  const same = samePerson(initiator, target);
  if (same === undefined) return initiator;
  return { ...initiator, kind: same ? 'self' : 'administrator' };
}

/** The account that on-premises directories are synchronised with: a service, not a person. */
const isSyncAccount = (user: { displayName?: Text; userPrincipalName?: Text }) =>
  /^(sync|adtoaadsyncserviceaccount)_?[^@]*@/i.test(user.userPrincipalName ?? '') &&
  normalise(user.displayName).includes('synchronization');

const isSystem = (name: string | null | undefined) => systemServices.includes(normalise(name));

type Text = string | null | undefined;

/** Leaves out what is null or empty; cuts what is longer than any real value. */
export function defined<K extends string>(fields: Record<K, Text>): { [P in K]?: string } {
  const kept = Object.entries<Text>(fields).flatMap(([key, value]) =>
    value ? [[key, value.slice(0, 512)]] : [],
  );
  return Object.fromEntries(kept) as { [P in K]?: string };
}
