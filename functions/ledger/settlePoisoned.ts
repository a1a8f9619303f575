import type { Clock, Log } from '../log.ts';
import { type RowRef, reference } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { reportUnreadable } from './reportUnreadable.ts';
import { dueAt, poison } from './transitions.ts';

const putOffMs = 15 * 60_000;

/**
 * Deals with a message that failed too often. Its notification is put off for a while, for the
 * sweep to find: storage or a credential may have been out of reach. After several times it ends as
 * `failed`. One that somebody holds, or that waits for its time, is left alone.
 */
export async function settlePoisoned(
  row: RowRef,
  { ledger, now, log }: { ledger: Ledger; now: Clock; log: Log },
): Promise<void> {
  const stored = await ledger.get(row).catch((error) => reportUnreadable(error, log));
  const due = stored && dueAt(stored.notification);
  if (!stored || !due || due > now()) return;
  const until = new Date(now().getTime() + putOffMs);
  const after = poison(stored.notification, until, now());
  await ledger.replace(after, stored.etag);
  const facts = { reference: reference(row), day: row.day, key: row.key };
  if (after.state !== 'failed') {
    log('error', 'message.poisoned', { ...facts, until: until.toISOString() });
    return;
  }
  log('error', 'mail.failed', { ...facts, outcome: after.outcome }, { 'mail.failed': 1 });
}
