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

/** More than Entra keeps of anybody: 250. */
const mostAddresses = 1000;
/** So many of each kind a row of the ledger has room for. */
const mostOfOne = 50;

/**
 * What a row "Update user" shows of the addresses that a person can be written to beside their mailbox, those
 * that came and those that went: `OtherMail`, and the email that they verified, in
 * `StrongAuthenticationUserDetails`. Of very many it makes several; empty where it shows nothing of them. Never
 * throws.
 */
export function writtenAddresses(record: AuditRecord): WrittenAddresses[] {
  if (normalise(record.activityDisplayName) !== 'update user') return [];
  if (normalise(record.result) === 'failure') return [];
  const userId = targetOf(record)?.id?.toLowerCase();
  // Nobody else is found by their id.
  if (!userId || !/^[\w-]{1,64}$/.test(userId)) return [];
  const before = new Map<string, string>();
  const after = new Map<string, string>();
  for (const { displayName, oldValue, newValue } of (record.targetResources ?? []).flatMap(
    (one) => one.modifiedProperties ?? [],
  )) {
    const field = fields.get(normalise(displayName));
    if (!field) continue;
    for (const one of addressesIn(oldValue, field)) before.set(one.toLowerCase(), one);
    for (const one of addressesIn(newValue, field)) after.set(one.toLowerCase(), one);
  }
  const gone = [...before].flatMap(([key, one]) => (after.has(key) ? [] : one));
  const come = [...after].flatMap(([key, one]) => (before.has(key) ? [] : one));
  const parts: WrittenAddresses[] = [];
  for (let from = 0; from < Math.max(gone.length, come.length); from += mostOfOne) {
    const auditId = from === 0 ? record.id : `${record.id}~${from}`;
    const [less, more] = [gone, come].map((list) => list.slice(from, from + mostOfOne));
    parts.push({
      userId,
      auditId,
      at: record.activityDateTime,
      before: less ?? [],
      after: more ?? [],
    });
  }
  return parts;
}

/** Where a property's entries hold addresses; `text` is an entry that is one. */
const fields: ReadonlyMap<string, string> = new Map([
  ['othermail', 'text'],
  ['othermails', 'text'],
  ['strongauthenticationuserdetails', 'Email'],
]);

/** What else is written there, nobody is written to. */
const isAddress = (text: string) =>
  text.length <= 254 && /^[^\s\p{C}"\\@]+@[^\s\p{C}"\\@]+$/u.test(text);

/** A value that is one text, with quotes about it or without. */
const aloneIn = (value: string | null | undefined): Readonly<Record<string, unknown>>[] => [
  { text: (value ?? '').slice(0, 1000).replace(/^[\s"]+|[\s"]+$/g, '') },
];

const addressesIn = (value: string | null | undefined, field: string): string[] =>
  [...(entries(value) ?? []), ...aloneIn(value)].slice(0, mostAddresses).flatMap((entry) => {
    const address = entry[field];
    const trimmed = typeof address === 'string' ? address.trim() : '';
    return isAddress(trimmed) ? [trimmed] : [];
  });
