import type { ChangeTarget, Initiator } from './change.ts';
import { initiatorOf, type KnownMakers } from './initiator.ts';
import { normalise } from './normalise.ts';
import { differencesIn } from './properties.ts';
import type { AuditRecord } from './record.ts';

/**
 * What a synchronisation writes of ways to sign in: it hands on passwords that were changed elsewhere. A reset
 * is none of that: it is told as the service's with its account, and urgent, whoever took that over. Source: Entra
 * docs, "Password hash synchronization"; reports on its rows.
 */
const handsOn: ReadonlySet<string> = new Set([
  'change user password',
  'reset user password',
  'reset password',
  'reset password (by admin)',
  'update passwordprofile',
  'update user credentials',
  'set force change user password',
]);

/**
 * Who made the change of a row. The synchronisation counts as a service for what synchronising is; whoever took its
 * account over does other things with it, and those are told under its name.
 */
export function makerOf(record: AuditRecord, target: ChangeTarget, known: KnownMakers): Initiator {
  const maker = initiatorOf(record, target, known);
  // Only who synchronises is a system with an id.
  if (maker.kind !== 'system' || !maker.id || isHandedOn(record)) return maker;
  const { sync: _, ...others } = known;
  return initiatorOf(record, target, others);
}

/** Certificate names come from the other directory's accounts, in rows of the usual kind. */
function isHandedOn(record: AuditRecord): boolean {
  const activity = normalise(record.activityDisplayName);
  const changes = activity === 'update user' ? differencesIn(record).changes : [];
  return changes.length > 0
    ? changes.every(({ method }) => method === 'certificate')
    : handsOn.has(activity);
}
