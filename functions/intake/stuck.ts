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

/** What a process does first: enqueues again what is due soon of what its predecessor recorded last, just in case. */
export async function reviveRecent(
  rows: readonly Notification[],
  room: Pick<RevivingRoom, 'queue' | 'now' | 'log'>,
): Promise<void> {
  const by = room.now().getTime() + aheadMs;
  await enqueueAgain(
    rows.filter((row) => timeDue(row) <= by),
    'info',
    room,
  );
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

/** So many late ones are looked at by one poll: the next goes on behind them. */
const mostLate = 1000;
/** So many are remembered, 3 MB, and put back: the rest is for the sweep. */
const mostRemembered = 20_000;

/** A look at all that is open, in one poll or several. */
interface Round {
  readonly number: number;
  /** In ms since 1970. */
  readonly began: number;
  /** Nothing was known before it. */
  readonly isFirst: boolean;
  /** The key behind which it goes on. */
  readonly after?: string;
}

/**
 * What a process knows of notifications that were to leave, so that it looks for those that are stuck only
 * when there may be some. One for each process that polls.
 */
export class StuckWatch {
  #looked: number | undefined;
  /** When one of those that were open may have got stuck. */
  #next = Number.POSITIVE_INFINITY;
  /** One that is not at its end. */
  #begun: Round | undefined;
  /** It was to forget what it knows while that was not at its end. */
  #again = false;
  #rounds = 0;
  /** Key → the time that it was due at when it was put on the queue again, and the round that last met it. */
  readonly #told = new Map<string, { readonly due: number; readonly round: number }>();
  readonly #mostTold: number;

  constructor(mostTold = mostRemembered) {
    this.#mostTold = mostTold;
  }

  /** As a process that knows nothing. A look of such a one is brought to its end, and then begun anew. */
  forget(): void {
    this.#looked = undefined;
    this.#again = this.#begun?.isFirst === true;
    if (!this.#again) this.#begun = undefined;
  }

  /**
   * Finds what is stuck, and puts it back in line. `lanes` tell when mails were to leave: while there is a line
   * only what is due is read, for it may last for days.
   */
  async look(lanes: Lanes | undefined, room: RevivingRoom): Promise<number> {
    const time = room.now().getTime();
    const last = lastSlot(lanes);
    const isQuiet = last < (this.#looked ?? 0) && time < this.#next;
    if (!this.#begun && this.#looked !== undefined && isQuiet) return 0;
    const round = this.#begun ?? this.#nextRound(time);
    const { began, isFirst, after } = round;
    const from = dayOf(time - (isFirst ? firstDays : 1) * dayMs);
    const by = isFirst ? began + aheadMs : time - patienceMs;
    const isLine = last > time;
    let [revived, lateOnes] = [0, 0];
    let next = isLine ? time : Number.POSITIVE_INFINITY;
    this.#begun = undefined;
    // What can't be read is for the sweep to say.
    const rows = room.ledger.readOpen(from, { after, ...(isLine && { dueBy: new Date(by) }) });
    for await (const { notifications: open } of rows) {
      revived += await reviveLapsed(open, room);
      const waiting = open.filter((row) => standing(row.notification, room.now()) !== 'lapsed');
      const late = waiting.filter((row) => isLate(row, by));
      const untold = late.flatMap(({ notification }) =>
        this.#tell(notification, round.number) ? [notification] : [],
      );
      await enqueueAgain(untold, isFirst ? 'info' : 'warn', room);
      revived += untold.length;
      lateOnes += late.length;
      for (const { notification } of waiting) next = Math.min(next, attentionAt(notification));
      const reached = open.at(-1)?.notification.key;
      if (lateOnes < mostLate || reached === undefined) continue;
      this.#begun = { ...round, after: reached };
      break;
    }
    if (!this.#begun) this.#forgetOthers(round.number);
    this.#looked = this.#again && !this.#begun ? undefined : time;
    if (!this.#begun) this.#again = false;
    // What an earlier part of a round has met may need attention at any time.
    this.#next = after === undefined ? next : time;
    return revived;
  }

  #nextRound(began: number): Round {
    this.#rounds += 1;
    return { number: this.#rounds, began, isFirst: this.#looked === undefined };
  }

  /** False where it was told before, and has not moved since; or where there are too many to know. */
  #tell({ key, ...row }: Notification, round: number): boolean {
    const due = timeDue(row);
    const known = this.#told.get(key);
    if (!known && this.#told.size >= this.#mostTold) return false;
    this.#told.set(key, { due, round });
    return known?.due !== due;
  }

  /** What a whole round has not met is on its way. */
  #forgetOthers(met: number): void {
    for (const [key, { round }] of this.#told) if (round < met) this.#told.delete(key);
  }
}

const timeDue = (row: Pick<Notification, 'state' | 'notBefore' | 'leaseUntil'>): number =>
  dueAt(row)?.getTime() ?? Number.POSITIVE_INFINITY;

const isLate = ({ notification: row }: StoredNotification, by: number): boolean =>
  row.state !== 'sending' && timeDue(row) <= by;

/** When a notification may have got stuck: its claim lapses, or nobody takes it though it is due. */
const attentionAt = (row: Notification): number =>
  timeDue(row) + (row.state === 'sending' ? 0 : patienceMs);

/** When the last mail is to leave that a slot was given to, in ms since 1970. */
const lastSlot = (lanes: Lanes = {}): number =>
  Math.max(0, ...Object.values(lanes).flatMap(({ runs }) => runs.map(({ end }) => end)));
