import type { Notification, StoredNotification } from '../ledger/notification.ts';
import { dueAt } from '../ledger/transitions.ts';
import { type ReadingRoom, type Rereading, reread } from './catchUp.ts';
import { dayOf, enqueueAgain, type RevivingRoom, reviveLapsed } from './stuck.ts';

/** The sweep takes a notification that is this long overdue for one whose message was lost. */
const overdueMs = 2 * 60_000;

/** A process that just started looks this far ahead: the one before it may have died enqueueing. */
const aheadMs = 2 * 60_000;

const dayMs = 24 * 3_600_000;

/** Usual reach of a sweep; once a day it looks at everything that may still be told. */
const usualDays = 3;
/** How far the daily reading of the log goes back. */
export const rereadMs = 4 * dayMs;

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

/** Puts back in line what a holder left, and what has been due for too long. */
async function reviveStuck(open: readonly StoredNotification[], room: RevivingRoom) {
  const lapsed = await reviveLapsed(open, room);
  const others = open.flatMap(({ notification }) =>
    notification.state === 'sending' ? [] : notification,
  );
  return lapsed + (await revive(others, room.now().getTime() - overdueMs, 'warn', room));
}

/**
 * Finds what got stuck; and once a day, reads the log again for rows that came later than the
 * overlap, and deletes what is older than the retention.
 */
export async function sweep({ reading, retentionDays }: SweepingRoom): Promise<void> {
  const { ledger, now, log } = reading;
  const present = now();
  const today = dayOf(present.getTime());
  const { chores, polls } = await ledger.readState();
  const left: Rereading = {
    ...(chores?.resumeFrom && { watched: chores.resumeFrom }),
    ...(chores?.updateUserFrom && { updateUser: chores.updateUserFrom }),
  };
  const goesOn = Object.keys(left).length > 0;
  const done = chores?.day === today && !goesOn;
  const reach = done ? usualDays : Math.ceil(reading.group.maxAgeHours / 24) + 1;
  const open = await all(ledger.listOpen(dayOf(present.getTime() - reach * dayMs)));
  const revived = await reviveStuck(open, reading);
  log('info', 'sweep.finished', { open: open.length, revived });
  if (done) return;

  const start = new Date(present.getTime() - rereadMs).toISOString();
  const from = goesOn ? left : { watched: start, updateUser: start };
  const result = await reread(reading, from, present.toISOString());
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

async function all(rows: AsyncIterable<StoredNotification>): Promise<StoredNotification[]> {
  const found: StoredNotification[] = [];
  for await (const row of rows) found.push(row);
  return found;
}
