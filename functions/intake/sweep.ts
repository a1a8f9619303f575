import { reference } from '../ledger/keys.ts';
import { type Ledger, LedgerConflict } from '../ledger/ledger.ts';
import type { Notification, StoredNotification } from '../ledger/notification.ts';
import type { NotificationQueue } from '../ledger/queue.ts';
import { reportUnreadable } from '../ledger/reportUnreadable.ts';
import { dueAt, nextRevival, patienceMs, revived } from '../ledger/transitions.ts';
import type { Clock, Log } from '../log.ts';
import { type ReadingRoom, reread } from './catchUp.ts';

/** The sweep takes a notification that is this long overdue for one whose message was lost. */
const overdueMs = 2 * 60_000;

/** A process that just started looks this far ahead: the one before it may have died enqueueing. */
const aheadMs = 2 * 60_000;

const dayMs = 24 * 3_600_000;

/**
 * How many days of activities a sweep looks at: what is recorded late, and then waits as long as any
 * notification may. Once a day it looks at all that there are, for an operator may reopen any. Pure.
 */
export const reachDays = (maxAgeHours: number): number =>
  Math.ceil((maxAgeHours * 3_600_000 + patienceMs(maxAgeHours)) / dayMs) + 1;

/** How far the daily reading of the log goes back. */
export const rereadMs = 4 * dayMs;

/** So many rows that can't be read are named in one sweep; all of them are counted. */
const mostUnreadable = 20;

/** What the sweep needs. */
export interface SweepingRoom {
  readonly reading: ReadingRoom;
  readonly retentionDays: number;
}

interface RevivingRoom {
  readonly ledger: Pick<Ledger, 'replace'>;
  readonly queue: NotificationQueue;
  readonly now: Clock;
  readonly log: Log;
}

/** Puts notifications that are due by then on the queue again. A message too many does no harm. */
async function revive(
  rows: readonly Notification[],
  by: number,
  level: 'info' | 'warn',
  room: Omit<RevivingRoom, 'ledger'>,
) {
  const { queue, log } = room;
  const lost = rows.flatMap((row) => {
    const due = dueAt(row);
    return due && due.getTime() <= by ? { row, at: due } : [];
  });
  await queue.enqueue(lost);
  for (const { row } of lost) {
    const { state, notBefore } = row;
    log(level, 'notification.revived', { reference: reference(row), state, notBefore });
  }
  return lost.length;
}

/** What a process does first: enqueue again what its predecessor recorded last, just in case. */
export const reviveRecent = (rows: readonly Notification[], room: Omit<RevivingRoom, 'ledger'>) =>
  revive(rows, room.now().getTime() + aheadMs, 'info', room);

/**
 * Enqueues again what has been due for too long, each less and less often: while nothing is delivered, a
 * message of each is on the queue already.
 */
async function reviveOverdue(rows: readonly StoredNotification[], room: RevivingRoom) {
  const now = room.now();
  const ripe = rows.filter(({ notification }) => nextRevival(notification) <= now);
  const found = ripe.map(({ notification }) => notification);
  const count = await revive(found, now.getTime() - overdueMs, 'warn', room);
  for (const { notification, etag } of ripe) {
    if (overdueSince(notification, now) === undefined) continue;
    try {
      await room.ledger.replace(revived(notification, now), etag);
    } catch (error) {
      // Somebody moves it: just what was wanted.
      if (!(error instanceof LedgerConflict)) throw error;
    }
  }
  return count;
}

/** Since when it is overdue, in ms since 1970; undefined where it is not. */
function overdueSince(row: Notification, now: Date): number | undefined {
  const due = dueAt(row)?.getTime();
  return due !== undefined && due <= now.getTime() - overdueMs ? due : undefined;
}

/** The same, however often it was put off or tried in vain since it was due for the first time. */
const waitingSince = ({ dueSince, ...row }: Notification, now: Date): number | undefined =>
  overdueSince(
    dueSince === undefined ? row : { ...row, state: 'pending', notBefore: dueSince },
    now,
  );

/**
 * Finds what got stuck; and once a day, reads the log again for rows that came later than the
 * overlap, and deletes what is older than the retention.
 */
export async function sweep({ reading, retentionDays }: SweepingRoom): Promise<void> {
  const { ledger, now, log } = reading;
  const present = now();
  const today = dayOf(present.getTime());
  const state = await ledger.readState();
  const { chores, polls } = state;
  const done = chores?.day === today && chores.resumeFrom === undefined;
  const reach = reachDays(reading.group.maxAgeHours) * dayMs;
  const found = await ledger.readOpen(done ? dayOf(present.getTime() - reach) : '0');
  const unreadable = [...found.unreadable, ...state.unreadable];
  for (const row of unreadable.slice(0, mostUnreadable)) reportUnreadable(row, log);
  const enqueued = await reviveOverdue(found.notifications, reading);
  const overdue = found.notifications.flatMap(
    ({ notification }) => waitingSince(notification, present) ?? [],
  );
  const oldest = Math.min(present.getTime(), ...overdue);
  log(
    'info',
    'sweep.finished',
    {
      open: found.notifications.length,
      overdue: overdue.length,
      revived: enqueued,
      unreadable: unreadable.length,
    },
    {
      'mail.overdue_seconds': Math.round((present.getTime() - oldest) / 1000),
      'ledger.unreadable': unreadable.length,
    },
  );
  if (done) return;

  const from = chores?.resumeFrom ?? new Date(present.getTime() - rereadMs).toISOString();
  const result = await reread(reading, { from, to: present.toISOString() });
  const { complete, readTo, resumed: _, ...counts } = result;
  if (!complete) {
    // More than a run can read: the next sweep goes on from there.
    await ledger.writeChores({ day: today, resumeFrom: readTo });
    log('warn', 'sweep.unfinished', { ...counts, readTo });
    return;
  }
  // What the next poll reads again must still be known to have been told.
  const watermark = polls.watched?.value.watermark ?? present.toISOString();
  const kept = Date.parse(watermark) - reading.overlapMinutes * 60_000;
  const cut = Math.min(present.getTime() - retentionDays * dayMs, kept);
  const purged = await ledger.purgeBefore(dayOf(cut));
  // Last, so that a day's chores that failed are tried again by the next sweep.
  await ledger.writeChores({ day: today });
  log('info', 'sweep.daily', { ...counts, purged });
}

const dayOf = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 10);
