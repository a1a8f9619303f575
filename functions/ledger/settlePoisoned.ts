import type { Clock, Log } from '../log.ts';
import { type RowRef, reference } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { defer, dueAt, end } from './transitions.ts';

/** So often a message may be given up on before its notification is. */
const patience = 3;
const putOffMs = 15 * 60_000;
const note = 'the runtime gave up on its message';

/**
 * Deals with a message that failed too often. Its notification is put off for a while, for the
 * sweep to find: storage or a credential may have been out of reach. After several times it ends as
 * `failed`. One that somebody holds, or that waits for its time, is left alone.
 */
export async function settlePoisoned(
  row: RowRef,
  { ledger, now, log }: { ledger: Ledger; now: Clock; log: Log },
): Promise<void> {
  const stored = await ledger.get(row);
  const due = stored && dueAt(stored.notification);
  if (!stored || !due || due > now()) return;
  const { notification, etag } = stored;
  const facts = { reference: reference(row), day: row.day, key: row.key };
  const { steps, reopenedAt = '' } = notification;
  const before = steps.filter((step) => step.note === note && step.at > reopenedAt).length;
  if (before + 1 < patience) {
    const until = new Date(now().getTime() + putOffMs);
    await ledger.replace(defer(notification, until, note, now()), etag);
    log('error', 'message.poisoned', { ...facts, until: until.toISOString() });
    return;
  }
  await ledger.replace(end(notification, 'failed', note, now()), etag);
  log('error', 'mail.failed', { ...facts, outcome: note }, { 'mail.failed': 1 });
}
