import type { CatalogueEntry } from './catalogueEntry.ts';
import type { Initiator, SecurityInfoChange } from './change.ts';
import type { PropertyChange } from './compareProperty.ts';
import { detail } from './details.ts';
import { isSelfService, type KnownMakers } from './initiator.ts';
import { normalise } from './normalise.ts';
import type { AuditRecord } from './record.ts';

/** Activities, normalised, that operators told us to leave out, or to tell as well. */
export interface RecognitionRules extends KnownMakers {
  readonly muted: ReadonlySet<string>;
  readonly extra: ReadonlySet<string>;
}

/**
 * A user's own reset by self-service has a row of the directory's as well, known by who wrote it. One that they make
 * as an administrator of themselves is told, for Entra mails nothing of it: a stolen session makes such ones.
 */
export function isMuted(
  activity: string,
  entry: CatalogueEntry | undefined,
  record: AuditRecord,
  { muted }: RecognitionRules,
): boolean {
  if (muted.size === 0) return false;
  if (muted.has(activity)) return true;
  return isSelfService(record) && entry?.ownAs !== undefined && muted.has(normalise(entry.ownAs));
}

/**
 * What guests do by being guests: they redeem an invitation, and an identity of home is linked. And
 * what no one did: a pass that was used up or ran out.
 */
export function isOwnDoing(
  { action, properties = [] }: PropertyChange,
  record: AuditRecord,
  target: SecurityInfoChange['target'],
  { kind }: Initiator,
): boolean {
  const own = kind === 'self' || kind === 'system' || kind === 'unknown';
  if (properties.includes('SecuredAccessPassData')) {
    return action === 'deleted' && (kind === 'system' || kind === 'unknown');
  }
  return properties.includes('AlternativeSecurityId') && own && wasGuest(record, target);
}

/** A member who is renamed to a guest's name in the same row was none. */
function wasGuest(record: AuditRecord, target: SecurityInfoChange['target']): boolean {
  const properties = (record.targetResources ?? []).flatMap((one) => one.modifiedProperties ?? []);
  const propertyNamed = (name: string) => properties.find((one) => one.displayName === name);
  const before = propertyNamed('UserPrincipalName')?.oldValue;
  const name = before || target.userPrincipalName || '';
  const type = propertyNamed('TargetId.UserType')?.newValue ?? detail(record, 'UserType');
  return /#ext#@/i.test(name) || (!before && normalise(type).includes('guest'));
}
