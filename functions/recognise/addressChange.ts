import { entries } from './compareProperty.ts';
import { normalise } from './normalise.ts';
import type { AuditRecord } from './record.ts';
import { targetOf } from './target.ts';

/** Addresses of a person that a row shows to have been written over. */
export interface WrittenAddresses {
  /** Object id, in lower case. */
  readonly userId: string;
  readonly auditId: string;
  readonly at: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** More than anybody has. */
const mostAddresses = 50;

/**
 * What a row "Update user" shows of the addresses that a person can be written to beside their mailbox:
 * `OtherMail`, and the email that they verified, in `StrongAuthenticationUserDetails`. Undefined where it
 * shows nothing of them. Never throws.
 */
export function writtenAddresses(record: AuditRecord): WrittenAddresses | undefined {
  if (normalise(record.activityDisplayName) !== 'update user') return undefined;
  if (normalise(record.result) === 'failure') return undefined;
  const userId = targetOf(record)?.id?.toLowerCase();
  if (!userId) return undefined;
  const before: string[] = [];
  const after: string[] = [];
  for (const { displayName, oldValue, newValue } of (record.targetResources ?? []).flatMap(
    (one) => one.modifiedProperties ?? [],
  )) {
    const field = fields.get(displayName ?? '');
    if (!field) continue;
    before.push(...addressesIn(oldValue, field));
    after.push(...addressesIn(newValue, field));
  }
  if (before.join('\n').toLowerCase() === after.join('\n').toLowerCase()) return undefined;
  return { userId, auditId: record.id, at: record.activityDateTime, before, after };
}

/** Where a property's entries hold addresses; `text` is an entry that is one. */
const fields: ReadonlyMap<string, string> = new Map([
  ['OtherMail', 'text'],
  ['OtherMails', 'text'],
  ['StrongAuthenticationUserDetails', 'Email'],
]);

const addressesIn = (value: string | null | undefined, field: string): string[] =>
  entries(value)
    .slice(0, mostAddresses)
    .flatMap((entry) => {
      const address = entry[field];
      return typeof address === 'string' && address.includes('@') ? [address.slice(0, 254)] : [];
    });
