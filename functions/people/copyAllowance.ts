import { type Ledger, LedgerConflict } from '../ledger/ledger.ts';
import { copiesKey } from '../ledger/managerCopies.ts';
import type { Notification } from '../ledger/notification.ts';

/** Whether a manager may get one more copy today: yes, yes for the last time, or no. */
export type Allowance = 'open' | 'last' | 'spent';

/**
 * Counts a copy, unless it is counted already: a notification that is put off or repeated takes one
 * place. `given` is what to keep. Pure.
 */
export function allowCopy(
  given: readonly string[],
  notification: string,
  limit: number,
): { readonly allowance: Allowance; readonly given: readonly string[] } {
  const counted = given.includes(notification) || given.length >= limit;
  const next = counted ? given : [...given, notification];
  const place = next.indexOf(notification) + 1;
  if (place === 0) return { allowance: 'spent', given };
  return { allowance: place === limit ? 'last' : 'open', given: next };
}

/** Others count copies of the same manager at the same time; after this many tries, let it be one more. */
const mostTries = 5;

/** Takes a manager's copy of today, a day of UTC. Throws what storage throws. */
export async function takeCopy(
  address: string,
  { key }: Notification,
  { ledger, limit, now }: { readonly ledger: Ledger; readonly limit: number; readonly now: Date },
): Promise<Allowance> {
  const rowKey = copiesKey(address, now);
  for (let tried = 1; tried <= mostTries; tried += 1) {
    const stored = await ledger.readCopies(rowKey);
    const before = stored?.copies.given ?? [];
    const { allowance, given } = allowCopy(before, key.slice(-16), limit);
    if (given === before) return allowance;
    try {
      await ledger.writeCopies({ rowKey, given }, stored?.etag);
      return allowance;
    } catch (error) {
      if (!(error instanceof LedgerConflict)) throw error;
    }
  }
  return 'open';
}
