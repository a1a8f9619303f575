import type { UnreadableRow } from '../ledger/entity.ts';
import { dayMs, dayOf } from '../ledger/keys.ts';
import type { StoredNotification } from '../ledger/notification.ts';
import type { OpenTimes } from '../ledger/open.ts';
import { type AppState, type Chores, isDayDone } from '../ledger/progress.ts';
import { reportUnreadable } from '../ledger/reportUnreadable.ts';
import { dueAt, nextRevival, patienceMs, revived } from '../ledger/transitions.ts';
import { type ReadingRoom, type Rereading, reread } from './catchUp.ts';
import { enqueueAgain, type RevivingRoom, reviveLapsed } from './stuck.ts';

/** The sweep takes a notification that is this long overdue for one whose message was lost. */
const overdueMs = 2 * 60_000;

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

/** What a look at the open notifications found and mended. */
interface Mended {
  readonly revived: number;
  readonly unreadable: readonly UnreadableRow[];
  readonly unreadableCount: number;
  readonly place: Place;
}

/** Where a look ended, if its time was up before it had seen all. */
type Place = Pick<Chores, 'sweptTo'>;

/**
 * Puts back in line what a holder left, wherever it is; then what has been due for too long, each less and less
 * often, for while nothing is delivered a message of each is on the queue already. Of a line that lasts for days
 * it reads what is due, a hundred at a time, and goes on after `sweptTo`, where the sweep before had no more time.
 */
async function mendOpen(
  from: string,
  { isWhole, sweptTo }: { readonly isWhole: boolean; readonly sweptTo: string | undefined },
  room: ReadingRoom,
): Promise<Mended> {
  const began = room.now();
  let revived = 0;
  let unreadableCount = 0;
  const named: UnreadableRow[] = [];
  const note = (unreadable: readonly UnreadableRow[]) => {
    unreadableCount += unreadable.length;
    named.push(...unreadable.slice(0, mostUnreadable - named.length));
  };
  for await (const { notifications, unreadable } of room.ledger.readOpen(from, { claimed: true })) {
    note(unreadable);
    revived += await reviveLapsed(notifications, room);
  }
  const dueBy = new Date(began.getTime() - overdueMs);
  const waiting = { claimed: false, after: sweptTo, ...(!isWhole && { dueBy }) };
  for await (const { notifications, unreadable } of room.ledger.readOpen(from, waiting)) {
    note(unreadable);
    revived += await reviveOverdue(notifications, room);
    const last = notifications.at(-1)?.notification.key;
    const isOver = room.now().getTime() - began.getTime() > room.budgetMs / 2;
    if (isOver && last !== undefined) {
      return { revived, unreadable: named, unreadableCount, place: { sweptTo: last } };
    }
  }
  return { revived, unreadable: named, unreadableCount, place: {} };
}

async function reviveOverdue(
  open: readonly StoredNotification[],
  room: RevivingRoom,
): Promise<number> {
  const now = room.now();
  const ripe = open.filter(
    ({ notification: row }) => overdueSince(row, now) !== undefined && nextRevival(row) <= now,
  );
  const rows = ripe.map(({ notification }) => notification);
  await enqueueAgain(rows, 'warn', room);
  // One that somebody moves does just what was wanted.
  await room.ledger.replaceMany(
    ripe.map(({ notification, etag }) => ({ notification: revived(notification, now), etag })),
  );
  return ripe.length;
}

/** Since when it is overdue, in ms since 1970; undefined where it is not. */
function overdueSince(row: OpenTimes, now: Date): number | undefined {
  const due = dueAt(row)?.getTime();
  return due !== undefined && due <= now.getTime() - overdueMs ? due : undefined;
}

/**
 * The same, however often it was put off or tried in vain since it was due for the first time. A deleted
 * account that may be restored is waited for.
 */
function waitingSince({ dueSince, gone, ...row }: OpenTimes, now: Date): number | undefined {
  if (gone) return undefined;
  const first = { ...row, state: 'pending', notBefore: dueSince ?? row.notBefore } as const;
  return overdueSince(dueSince === undefined ? row : first, now);
}

/** How many are open, how many of them overdue, and since when the first of those. One at a time is held. */
async function countOpen(from: string, { ledger }: Pick<ReadingRoom, 'ledger'>, now: Date) {
  let [open, overdue, oldest] = [0, 0, now.getTime()];
  for await (const row of ledger.openTimes(from)) {
    open += 1;
    const since = waitingSince(row, now);
    if (since === undefined) continue;
    overdue += 1;
    oldest = Math.min(oldest, since);
  }
  return { open, overdue, oldest };
}

/**
 * Finds what got stuck, and counts what ended in a day without anybody being told; once a day, reads the log again
 * for rows that came later than the overlap, and deletes what is older than the retention.
 */
export async function sweep(room: SweepingRoom): Promise<void> {
  const { now, ledger } = room.reading;
  const present = now();
  const state = await ledger.readState();
  const place = await sweepOpen(state, room.reading, present);
  if (!isDayDone(state.chores, present)) await sweepDay(state, place, room, present);
}

/** Mends what is open, says how it stands, and notes where it ended. */
async function sweepOpen(state: AppState, room: ReadingRoom, present: Date): Promise<Place> {
  const { ledger, log, group } = room;
  const { chores } = state;
  const isBegun = chores?.day === dayOf(present.getTime()) && chores.sweptTo === undefined;
  // Once, however many sweeps the day's reading of the log takes.
  const isWhole = !isBegun && !isDayDone(chores, present);
  const reach = reachDays(group.maxAgeHours) * dayMs;
  const from = isWhole ? '0' : dayOf(present.getTime() - reach);
  const found = await mendOpen(from, { isWhole, sweptTo: chores?.sweptTo }, room);
  const { revived, place } = found;
  const unreadable = found.unreadableCount + state.unreadable.length;
  for (const row of [...state.unreadable, ...found.unreadable].slice(0, mostUnreadable)) {
    reportUnreadable(row, log);
  }
  if (chores && chores.sweptTo !== place.sweptTo) {
    const { sweptTo: _, ...others } = chores;
    await ledger.writeChores({ ...others, ...place });
  }
  // Mails come first: this looks through days of rows.
  const { open, overdue, oldest } = await countOpen(from, room, present);
  const untold = await ledger.countUntold(from, new Date(present.getTime() - dayMs));
  log(
    'info',
    'sweep.finished',
    { open, overdue, revived, unreadable, untold },
    {
      'mail.overdue_seconds': Math.round((present.getTime() - oldest) / 1000),
      'ledger.unreadable': unreadable,
      'changes.untold': Object.values(untold).reduce((sum, count) => sum + count, 0),
    },
  );
  return place;
}

/** Reads the log again and deletes what is old; where that is more than a run can read, the next sweep goes on. */
async function sweepDay(
  { chores, polls }: AppState,
  place: Place,
  { reading, retentionDays }: SweepingRoom,
  present: Date,
): Promise<void> {
  const { ledger, log, overlapMinutes } = reading;
  const today = dayOf(present.getTime());
  const begin = new Date(present.getTime() - rereadMs).toISOString();
  const left: Rereading = {
    ...(chores?.resumeFrom && { watched: chores.resumeFrom }),
    ...(chores?.updateUserFrom && { updateUser: chores.updateUserFrom }),
  };
  const spans = Object.keys(left).length > 0 ? left : { watched: begin, updateUser: begin };
  const { left: rest, ...counts } = await reread(reading, spans, present.toISOString());
  const { watched: resumeFrom, updateUser: updateUserFrom } = rest;
  const readTo = resumeFrom ?? updateUserFrom;
  if (readTo !== undefined) {
    await ledger.writeChores({
      day: today,
      ...(resumeFrom !== undefined && { resumeFrom }),
      ...(updateUserFrom !== undefined && { updateUserFrom }),
      ...place,
    });
    return log('warn', 'sweep.unfinished', { ...counts, complete: false, readTo });
  }
  // What the next poll reads again must still be known to have been told.
  const watermark = polls.watched?.value.watermark ?? present.toISOString();
  const kept = Date.parse(watermark) - overlapMinutes * 60_000;
  const cut = Math.min(present.getTime() - retentionDays * dayMs, kept);
  const purged = await ledger.purgeBefore(dayOf(cut));
  // Last, so that a day's chores that failed are tried again by the next sweep.
  await ledger.writeChores({ day: today, ...place });
  log('info', 'sweep.daily', { ...counts, complete: true, purged });
}
