import { dayMs, dayOf } from '../ledger/keys.ts';
import { LedgerConflict } from '../ledger/ledger.ts';
import type { Notification, StoredNotification } from '../ledger/notification.ts';
import { isDayDone } from '../ledger/progress.ts';
import { reportUnreadable } from '../ledger/reportUnreadable.ts';
import { dueAt, nextRevival, patienceMs, revived } from '../ledger/transitions.ts';
import { type ReadingRoom, type Rereading, reread } from './catchUp.ts';
import { enqueueAgain, type RevivingRoom, reviveLapsed } from './stuck.ts';

/** The sweep takes a notification that is this long overdue for one whose message was lost. */
const overdueMs = 2 * 60_000;

/** A process that just started looks this far ahead: the one before it may have died enqueueing. */
const aheadMs = 2 * 60_000;

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
interface SweepingRoom {
  readonly reading: ReadingRoom;
  readonly retentionDays: number;
}

/** Puts notifications that are due by then on the queue again. */
async function revive(
  rows: readonly Notification[],
  by: number,
  level: 'info' | 'warn',
  room: Pick<RevivingRoom, 'queue' | 'now' | 'log'>,
) {
  const lost = rows.filter((row) => (dueAt(row)?.getTime() ?? Number.POSITIVE_INFINITY) <= by);
  await enqueueAgain(lost, level, room);
  return lost.length;
}

/** What a process does first: enqueue again what its predecessor recorded last, just in case. */
export const reviveRecent = (
  rows: readonly Notification[],
  room: Pick<RevivingRoom, 'queue' | 'now' | 'log'>,
) => revive(rows, room.now().getTime() + aheadMs, 'info', room);

/**
 * Puts back in line what a holder left, and what has been due for too long: each less and less often,
 * for while nothing is delivered a message of each is on the queue already.
 */
async function reviveStuck(open: readonly StoredNotification[], room: RevivingRoom) {
  const lapsed = await reviveLapsed(open, room);
  const now = room.now();
  const ripe = open.filter(
    ({ notification: row }) =>
      row.state !== 'sending' && overdueSince(row, now) !== undefined && nextRevival(row) <= now,
  );
  await enqueueAgain(
    ripe.map(({ notification }) => notification),
    'warn',
    room,
  );
  for (const { notification, etag } of ripe) {
    try {
      await room.ledger.replace(revived(notification, now), etag);
    } catch (error) {
      // Somebody moves it: just what was wanted.
      if (!(error instanceof LedgerConflict)) throw error;
    }
  }
  return lapsed + ripe.length;
}

/** Since when it is overdue, in ms since 1970; undefined where it is not. */
function overdueSince(row: Notification, now: Date): number | undefined {
  const due = dueAt(row)?.getTime();
  return due !== undefined && due <= now.getTime() - overdueMs ? due : undefined;
}

/**
 * The same, however often it was put off or tried in vain since it was due for the first time. A deleted
 * account that may be restored is waited for.
 */
function waitingSince({ dueSince, gone, ...row }: Notification, now: Date): number | undefined {
  if (gone) return undefined;
  const first = { ...row, state: 'pending', notBefore: dueSince ?? row.notBefore } as const;
  return overdueSince(dueSince === undefined ? row : first, now);
}

/**
 * Finds what got stuck, counts what ended in a day without anybody being told; and once a day, reads the log again for rows that came later than the
 * overlap, and deletes what is older than the retention.
 */
export async function sweep({ reading, retentionDays }: SweepingRoom): Promise<void> {
  const { ledger, now, log } = reading;
  const present = now();
  const today = dayOf(present.getTime());
  const state = await ledger.readState();
  const { chores, polls } = state;
  const left: Rereading = {
    ...(chores?.resumeFrom && { watched: chores.resumeFrom }),
    ...(chores?.updateUserFrom && { updateUser: chores.updateUserFrom }),
  };
  const goesOn = Object.keys(left).length > 0;
  const done = isDayDone(chores, present);
  const reach = reachDays(reading.group.maxAgeHours) * dayMs;
  const from = done ? dayOf(present.getTime() - reach) : '0';
  const found = await ledger.readOpen(from);
  const unreadable = [...found.unreadable, ...state.unreadable];
  for (const row of unreadable.slice(0, mostUnreadable)) reportUnreadable(row, log);
  const enqueued = await reviveStuck(found.notifications, reading);
  // Mails come first: this looks through days of rows.
  const untold = await ledger.countUntold(from, new Date(present.getTime() - dayMs));
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
      untold,
    },
    {
      'mail.overdue_seconds': Math.round((present.getTime() - oldest) / 1000),
      'ledger.unreadable': unreadable.length,
      'changes.untold': Object.values(untold).reduce((sum, count) => sum + count, 0),
    },
  );
  if (done) return;

  const begin = new Date(present.getTime() - rereadMs).toISOString();
  const spans = goesOn ? left : { watched: begin, updateUser: begin };
  const result = await reread(reading, spans, present.toISOString());
  const { left: rest, readTo: _, resumed: __, complete: ___, ...counts } = result;
  const { watched: resumeFrom, updateUser: updateUserFrom } = rest;
  if (resumeFrom !== undefined || updateUserFrom !== undefined) {
    // More than a run can read: the next sweep goes on from there.
    await ledger.writeChores({
      day: today,
      ...(resumeFrom !== undefined && { resumeFrom }),
      ...(updateUserFrom !== undefined && { updateUserFrom }),
    });
    const readTo = resumeFrom ?? updateUserFrom;
    log('warn', 'sweep.unfinished', { ...counts, complete: false, readTo });
    return;
  }
  // What the next poll reads again must still be known to have been told.
  const watermark = polls.watched?.value.watermark ?? present.toISOString();
  const kept = Date.parse(watermark) - reading.overlapMinutes * 60_000;
  const cut = Math.min(present.getTime() - retentionDays * dayMs, kept);
  const purged = await ledger.purgeBefore(dayOf(cut));
  // Last, so that a day's chores that failed are tried again by the next sweep.
  await ledger.writeChores({ day: today });
  log('info', 'sweep.daily', { ...counts, complete: true, purged });
}
