import type { Clock, Log } from '../log.ts';
import { type RowRef, reference } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { dueAt, end } from './transitions.ts';

/**
 * Ends the notification of a message that failed too often. One that somebody holds, or that was
 * put off, is left alone: its own message is still to come, and the sweep sees to it otherwise.
 */
export async function settlePoisoned(
  row: RowRef,
  { ledger, now, log }: { ledger: Ledger; now: Clock; log: Log },
): Promise<void> {
  const stored = await ledger.get(row);
  const due = stored && dueAt(stored.notification);
  if (!stored || !due || due > now()) return;
  const outcome = 'the runtime gave up on its message';
  await ledger.replace(end(stored.notification, 'failed', outcome, now()), stored.etag);
  log('error', 'mail.failed', { reference: reference(row), day: row.day, key: row.key, outcome });
}
