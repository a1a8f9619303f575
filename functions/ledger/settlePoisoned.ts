import type { Clock, Log } from '../log.ts';
import { type RowRef, reference } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { reportUnreadable } from './reportUnreadable.ts';
import { said } from './sentence.ts';
import { dueAt, poison } from './transitions.ts';

interface PoisonRoom {
  readonly ledger: Ledger;
  readonly now: Clock;
  readonly log: Log;
  readonly maxAgeHours: number;
}

/**
 * Deals with a message that failed too often. Its notification is put off for a while, for the
 * sweep to find: storage or a credential may have been out of reach, of one process alone, for hours or
 * days. Only a message that is too old ends as `failed`. One that somebody holds, or that waits for its time, is left alone.
 */
export async function settlePoisoned(
  row: RowRef,
  { ledger, now, log, maxAgeHours }: PoisonRoom,
): Promise<void> {
  const stored = await ledger.get(row).catch((error) => reportUnreadable(error, log));
  const due = stored && dueAt(stored.notification);
  if (!stored || !due || due > now()) return;
  const after = poison(stored.notification, now(), maxAgeHours);
  await ledger.replace(after, stored.etag);
  const facts = { reference: reference(row), day: row.day, key: row.key };
  if (after.state === 'failed') {
    log('error', 'mail.failed', { ...facts, ...said(after.outcome) }, { 'mail.failed': 1 });
  } else log('error', 'message.poisoned', { ...facts, until: after.notBefore });
}
