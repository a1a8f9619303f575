import type { ChangeTarget } from './change.ts';
import { detail } from './details.ts';
import { defined, isSelf } from './initiator.ts';
import { isNil, normalise } from './normalise.ts';
import type { AuditRecord } from './record.ts';

type Target = NonNullable<AuditRecord['targetResources']>[number];

/** Types under which rows were seen to name a user. */
const loose: ReadonlySet<string> = new Set(['', 'other', 'device']);

/**
 * The user a row is about: the first target of type User with an id or a UPN; else one that is typed
 * otherwise, or not at all, and named as only users are.
 */
export function targetOf(record: AuditRecord): ChangeTarget | undefined {
  const targets = record.targetResources ?? [];
  const user = targets.find(
    (one) => normalise(one.type) === 'user' && (one.id || one.userPrincipalName),
  );
  const other =
    user ??
    targets.find((one) => loose.has(normalise(one.type)) && one.userPrincipalName) ??
    targets.find((one) => !one.type && one.id);
  return other && completed(named(other, record), record);
}

/** The id of what is typed as a device may be the device's: it counts where it is who acted. */
function named(target: Target, record: AuditRecord): ChangeTarget {
  const { id, userPrincipalName, displayName, type } = target;
  const actor = record.initiatedBy?.user?.id;
  const certain = !type || normalise(type) === 'user' || (id && id === actor);
  return defined({ id: certain ? id : undefined, userPrincipalName, displayName });
}

/** Where the user acted, the row may name as initiator what it leaves out of the target. */
function completed(target: ChangeTarget, record: AuditRecord): ChangeTarget {
  const { id, userPrincipalName } = record.initiatedBy?.user ?? {};
  const user = defined({ id, userPrincipalName });
  return isSelf(user, target) ? { ...user, ...target } : target;
}

/** Who acted, as the one that a row is about: of activities that people do for themselves alone. */
export function actorOf(record: AuditRecord): ChangeTarget | undefined {
  const { id, userPrincipalName, displayName } = record.initiatedBy?.user ?? {};
  return id || userPrincipalName ? defined({ id, userPrincipalName, displayName }) : undefined;
}

/** The user that a row names among its own details, where no target does. */
export function detailedTarget(record: AuditRecord): ChangeTarget | undefined {
  const id = ['TargetUserId', 'TargetUserObjectId', 'UserObjectId', 'UserId']
    .map((key) => detail(record, key))
    .find((value) => value && guid.test(value) && !isNil(value));
  const userPrincipalName = ['TargetUserPrincipalName', 'TargetUPN', 'UserPrincipalName', 'UPN']
    .map((key) => detail(record, key))
    .find((value) => value?.includes('@'));
  return id || userPrincipalName ? defined({ id, userPrincipalName }) : undefined;
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
