import { type RowRef, reference } from '../ledger/keys.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Notification } from '../ledger/notification.ts';
import { dueAt } from '../ledger/transitions.ts';
import type { Clock, Log } from '../log.ts';
import { type ReadingRoom, reread } from './catchUp.ts';
import type { NotificationQueue } from './queue.ts';

/** A notification this long overdue has lost its message. */
export const overdueMs = 2 * 60_000;

const dayMs = 24 * 3_600_000;

/** Usual reach of a sweep; once a day it looks at everything that may still be told. */
const usualDays = 3;
/** How far the daily reading of the log goes back. */
const rereadMs = 3 * dayMs;

/** What the sweep needs. */
export interface SweepingRoom {
  readonly reading: ReadingRoom;
  readonly retentionDays: number;
}

/** Those of the rows whose message must have been lost. Pure. */
export function overdue(rows: readonly Notification[], now: Date): Notification[] {
  return rows.filter((row) => {
    const due = dueAt(row);
    return due !== undefined && due.getTime() + overdueMs < now.getTime();
  });
}

/** Puts overdue notifications on the queue again. A message too many does no harm. */
export async function revive(
  rows: readonly Notification[],
  { queue, now, log }: { queue: NotificationQueue; now: Clock; log: Log },
): Promise<number> {
  const lost = overdue(rows, now());
  await queue.enqueue(lost.map((row: RowRef) => ({ row, at: now() })));
  for (const row of lost) {
    const { state, notBefore } = row;
    log('warn', 'notification.revived', { reference: reference(row), state, notBefore });
  }
  return lost.length;
}

/**
 * Finds what got stuck; and once a day, reads the log again for rows that came later than the
 * overlap, and deletes what is older than the retention.
 */
export async function sweep({ reading, retentionDays }: SweepingRoom): Promise<void> {
  const { ledger, now, log } = reading;
  const today = dayOf(now().getTime());
  const chores = await ledger.readChores();
  const daily = chores !== today;
  const reach = daily ? Math.ceil(reading.group.maxAgeHours / 24) + 1 : usualDays;
  const open = await all(ledger.listOpen(dayOf(now().getTime() - reach * dayMs)));
  const revived = await revive(open, reading);
  log('info', 'sweep.finished', { open: open.length, revived });
  if (!daily) return;

  const present = now();
  const from = new Date(present.getTime() - rereadMs).toISOString();
  const {
    complete: _,
    open: __,
    ...counts
  } = await reread(reading, {
    from,
    to: present.toISOString(),
  });
  const purged = await purge(ledger, present, retentionDays);
  // Last, so that a day's chores that failed are tried again by the next sweep.
  await ledger.writeChores(today);
  log('info', 'sweep.daily', { ...counts, purged });
}

const purge = (ledger: Ledger, now: Date, retentionDays: number) =>
  ledger.purgeBefore(dayOf(now.getTime() - retentionDays * dayMs));

const dayOf = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 10);

async function all(rows: AsyncIterable<{ notification: Notification }>): Promise<Notification[]> {
  const found: Notification[] = [];
  for await (const { notification } of rows) found.push(notification);
  return found;
}
