import { reference } from '../ledger/keys.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Notification } from '../ledger/notification.ts';
import { dueAt } from '../ledger/transitions.ts';
import type { Clock, Log } from '../log.ts';
import { type ReadingRoom, reread } from './catchUp.ts';
import type { NotificationQueue } from './queue.ts';

/** The sweep takes a notification that is this long overdue for one whose message was lost. */
const overdueMs = 2 * 60_000;

/** A process that just started looks this far ahead: the one before it may have died enqueueing. */
const aheadMs = 2 * 60_000;

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

interface RevivingRoom {
  readonly queue: NotificationQueue;
  readonly now: Clock;
  readonly log: Log;
}

/** Puts notifications that are due by then on the queue again. A message too many does no harm. */
async function revive(rows: readonly Notification[], by: number, room: RevivingRoom) {
  const { queue, log } = room;
  const lost = rows.flatMap((row) => {
    const due = dueAt(row);
    return due && due.getTime() <= by ? { row, at: due } : [];
  });
  await queue.enqueue(lost);
  for (const { row } of lost) {
    const { state, notBefore } = row;
    log('warn', 'notification.revived', { reference: reference(row), state, notBefore });
  }
  return lost.length;
}

/** What a process does first: enqueue again what its predecessor recorded last, just in case. */
export const reviveRecent = (rows: readonly Notification[], room: RevivingRoom) =>
  revive(rows, room.now().getTime() + aheadMs, room);

/** Enqueues again what has been due for too long. */
const reviveOverdue = (rows: readonly Notification[], room: RevivingRoom) =>
  revive(rows, room.now().getTime() - overdueMs, room);

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
  const revived = await reviveOverdue(open, reading);
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
