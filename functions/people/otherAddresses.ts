import { shortHash } from '../ledger/keys.ts';
import { mailAddress } from './address.ts';
import type { Person } from './directory.ts';

/** What was written over a person's other addresses, or over the email that they verified. */
interface AddressChange {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

const dayMs = 24 * 3_600_000;
/** So long a new address may be the attacker's, in ms. */
export const distrustMs = 30 * dayMs;
/** Others may write the directory: nobody's list makes a hundred mails of one. */
const mostAddresses = 5;

/**
 * What is kept of an address after an erasure: a hash. It still says that the address is new, and nothing can be
 * sent to it.
 */
export const forgotten = (address: string): string =>
  address.includes('@') ? shortHash(address.toLowerCase()) : address;

/**
 * Where else a person is written to: the addresses that were theirs thirty days ago and those that nobody
 * has written since. What was added meanwhile gets nothing, what was taken away gets the mail still. In a
 * fixed order, each once, without the mailbox that has its own mail. Pure.
 */
export function otherAddresses(
  { mail, otherMails }: Pick<Person, 'mail' | 'otherMails'>,
  changes: readonly AddressChange[],
  now: Date,
): string[] {
  const since = now.getTime() - distrustMs;
  const recent = changes
    .filter(({ at }) => Date.parse(at) >= since)
    .toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
  // Of an address that came and went, its first change says whether it was there before.
  const wasThere = new Map<string, boolean>();
  const names = new Map<string, string>();
  const note = (address: string, before: boolean) => {
    const key = forgotten(address);
    if (key !== address && !names.has(key)) names.set(key, address);
    if (!wasThere.has(key)) wasThere.set(key, before);
  };
  for (const { before, after } of recent) {
    const [was, is] = [before, after].map((list) => new Set(list.map(forgotten)));
    for (const one of before) if (!is?.has(forgotten(one))) note(one, true);
    for (const one of after) if (!was?.has(forgotten(one))) note(one, false);
  }
  for (const one of otherMails ?? []) note(one.trim(), true);
  return [...wasThere]
    .flatMap(([key, before]) => (before ? (mailAddress(names.get(key)) ?? []) : []))
    .filter((address) => address.toLowerCase() !== mail?.trim().toLowerCase())
    .sort()
    .slice(0, mostAddresses);
}
