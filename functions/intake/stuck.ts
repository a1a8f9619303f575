import { dayMs, dayOf, reference } from '../ledger/keys.ts';
import type { Lanes } from '../ledger/lanes.ts';
import { type Ledger, LedgerConflict } from '../ledger/ledger.ts';
import type { Notification, StoredNotification } from '../ledger/notification.ts';
import type { NotificationQueue } from '../ledger/queue.ts';
import { dueAt, lapse, standing } from '../ledger/transitions.ts';
import type { Clock, Log } from '../log.ts';

/** What finding and mending what got stuck needs. */
export interface RevivingRoom {
  readonly ledger: Pick<Ledger, 'readOpen' | 'replace' | 'replaceMany'>;
  readonly queue: NotificationQueue;
  readonly now: Clock;
  readonly log: Log;
}

/** Puts notifications on the queue again, and says so. A message too many does no harm. */
export async function enqueueAgain(
  rows: readonly Notification[],
  level: 'info' | 'warn',
  { queue, now, log }: Pick<RevivingRoom, 'queue' | 'now' | 'log'>,
): Promise<void> {
  await queue.enqueue(rows.map((row) => ({ row, at: dueAt(row) ?? now() })));
  for (const row of rows) {
    const { state, notBefore } = row;
    log(level, 'notification.revived', { reference: reference(row), state, notBefore });
  }
}

/**
 * Puts those back in line whose claim has lapsed: the process that held them is gone, and the host keeps
 * their message from everybody for up to ten minutes. Under the ETag, so that whoever finds one first
 * does it, once. Gives how many.
 */
export async function reviveLapsed(
  rows: readonly StoredNotification[],
  room: RevivingRoom,
): Promise<number> {
  const revived: Notification[] = [];
  for (const { notification, etag } of rows) {
    const now = room.now();
    if (standing(notification, now) !== 'lapsed') continue;
    const free = lapse(notification, now);
    try {
      await room.ledger.replace(free, etag);
      revived.push(free);
    } catch (error) {
      // Somebody else was faster: a sender, the sweep, or the holder after all.
      if (!(error instanceof LedgerConflict)) throw error;
    }
  }
  await enqueueAgain(revived, 'warn', room);
  return revived.length;
}

/** Senders put off for less than a minute without writing it down. In ms. */
const patienceMs = 75_000;
/** A process that knows nothing looks at so many days, the others at today and yesterday. */
const firstDays = 3;
/** And so far ahead, in ms: who was there before it may have died enqueueing. */
const aheadMs = 2 * 60_000;

/** So many late ones are put back by one poll, and remembered. */
const mostLate = 1000;

/**
 * What a process knows of notifications that were to leave, so that it looks for those that are stuck only
 * when there may be some. One for each process that polls.
 */
export class StuckWatch {
  #looked: number | undefined;
  /** When one of those that were open may have got stuck. */
  #next = Number.POSITIVE_INFINITY;
  /** Key → the time that it was due at when it was put on the queue again. */
  #revived = new Map<string, number>();

  /** As a process that knows nothing. */
  forget(): void {
    this.#looked = undefined;
  }

  /**
   * Finds what is stuck, and puts it back in line. `lanes` tell when mails were to leave: while there is a line
   * only what is due is read, for it may last for days.
   */
  async look(lanes: Lanes | undefined, room: RevivingRoom): Promise<number> {
    const time = room.now().getTime();
    const isFirst = this.#looked === undefined;
    const last = lastSlot(lanes);
    const isQuiet = last < (this.#looked ?? 0) && time < this.#next;
    if (!isFirst && isQuiet) return 0;
    const from = dayOf(time - (isFirst ? firstDays : 1) * dayMs);
    const by = time + (isFirst ? aheadMs : -patienceMs);
    const isLine = last > time;
    const before = this.#revived;
    this.#revived = new Map();
    let revived = 0;
    let next = isLine ? time : Number.POSITIVE_INFINITY;
    // What can't be read is for the sweep to say.
    const rows = room.ledger.readOpen(from, isLine ? { dueBy: new Date(by) } : {});
    for await (const { notifications: open } of rows) {
      revived += await reviveLapsed(open, room);
      const waiting = open.filter((row) => standing(row.notification, room.now()) !== 'lapsed');
      const late = this.#lateAmong(waiting, by, before);
      await enqueueAgain(late, isFirst ? 'info' : 'warn', room);
      revived += late.length;
      for (const { notification } of waiting) next = Math.min(next, attentionAt(notification));
      // So many at once are no mishap of one process: the rest is for the sweep.
      if (this.#revived.size >= mostLate) break;
    }
    this.#looked = time;
    this.#next = this.#revived.size < mostLate ? next : time;
    return revived;
  }

  /** Those that were due by then, each once. */
  #lateAmong(
    open: readonly StoredNotification[],
    by: number,
    before: ReadonlyMap<string, number>,
  ): Notification[] {
    return open.flatMap(({ notification }) => {
      const due = dueAt(notification)?.getTime() ?? Number.POSITIVE_INFINITY;
      if (notification.state === 'sending' || due > by) return [];
      const again = before.get(notification.key) === due;
      this.#revived.set(notification.key, due);
      return again ? [] : [notification];
    });
  }
}

/** When a notification may have got stuck: its claim lapses, or nobody takes it though it is due. */
const attentionAt = (row: Notification): number =>
  (dueAt(row)?.getTime() ?? Number.POSITIVE_INFINITY) + (row.state === 'sending' ? 0 : patienceMs);

/** When the last mail is to leave that a slot was given to, in ms since 1970. */
const lastSlot = (lanes: Lanes = {}): number =>
  Math.max(0, ...Object.values(lanes).flatMap(({ runs }) => runs.map(({ end }) => end)));
