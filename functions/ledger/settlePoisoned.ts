import type { Clock, Log } from '../log.ts';
import { type RowRef, reference } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { defer, dueAt, end, isTooOld } from './transitions.ts';

const minuteMs = 60_000;
/** Longer each time. */
const [putOffMs, longestMs] = [15 * minuteMs, 6 * 60 * minuteMs];
const note = 'the runtime gave up on its message';

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
  const stored = await ledger.get(row);
  const due = stored && dueAt(stored.notification);
  if (!stored || !due || due > now()) return;
  const { notification, etag } = stored;
  const facts = { reference: reference(row), day: row.day, key: row.key };
  const { steps, reopenedAt = '' } = notification;
  const before = steps.filter((step) => step.note === note && step.at > reopenedAt).length;
  if (!isTooOld(notification, now(), maxAgeHours)) {
    const until = new Date(now().getTime() + Math.min(longestMs, putOffMs * 2 ** before));
    await ledger.replace(defer(notification, until, note, now()), etag);
    log('error', 'message.poisoned', { ...facts, until: until.toISOString() });
    return;
  }
  await ledger.replace(end(notification, 'failed', note, now()), etag);
  log('error', 'mail.failed', { ...facts, outcome: note }, { 'mail.failed': 1 });
}
