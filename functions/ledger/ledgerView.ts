import { setImmediate } from 'node:timers/promises';
import { UnreadableRow } from './entity.ts';
import { keyTimeAfter, type RowRef } from './keys.ts';
import type { Ledger, LedgerRange } from './ledger.ts';
import type { Notification, StoredNotification } from './notification.ts';
import { NotificationsByTime } from './notificationsByTime.ts';
import { type Recording, RecordingRefused } from './recording.ts';

/** What a view covers. */
export interface Covered extends Omit<LedgerRange, 'notifications'> {
  readonly notifications: NotificationsByTime;
  /** Those of the notifications that were read just now. */
  readonly fresh: readonly StoredNotification[];
}

/**
 * Rows so far behind the span are kept: pages do not come quite in the order of time. Nearly each page of a busy
 * hour holds a row that was listed late, by up to an hour, about which as much has to be known.
 */
const slackMs = 60 * 60_000;
/** What is so much older than the end of what is asked for is seldom looked at: late rows belong there. */
const busyMs = 15 * 60_000;

/**
 * So much beyond what is asked for is read with it: the next pages come to lie there. Twice as much each time that
 * nothing was found, which is as soon read.
 */
const [leastAheadMs, mostAheadMs] = [10 * 60_000, 80 * 60_000];

/** Rows that are asked for at once, one by one. More of them come by one query, with so many times as many others. */
const [atOnce, mostOthers] = [16, 4];

/** What was seen of open notifications longer ago, in ms, may be out of date: mails are sent meanwhile. */
const freshMs = 2000;

/** What a recording was to write. `before`: those that were known, as they were. */
interface Attempt extends Pick<Recording, 'audits'> {
  readonly all: readonly Notification[];
  readonly before: ReadonlyMap<string, StoredNotification>;
}

/** By key. */
type Found = ReadonlyMap<string, StoredNotification | undefined>;

/**
 * The ledger as one process knows it: a window that moves on with the pages of the log, so that each
 * row of the table is read once. That nobody else has recorded meanwhile is proved by the fences: a
 * recording is refused otherwise, and the view begins anew. For one recorder at a time. Methods throw
 * what `Ledger` throws.
 */
export class LedgerView {
  readonly #ledger: Ledger;
  #span: { readonly from: string; readonly to: string } | undefined;
  /** Keys read for a page that lay before the span, until the next page comes. */
  #aside: { readonly to: string; readonly keys: readonly string[] } | undefined;
  /** Key time. What is older is seldom looked at. */
  #busyFrom = '';
  #seen = new Set<string>();
  /** Id of an audit row that was seen → its activityDateTime. */
  #ids = new Map<string, string>();
  #unreadable = new Set<string>();
  /** Where there is no span, those of before it began anew: what has the same ETag then is not parsed again. */
  readonly #notifications = new NotificationsByTime();
  #fences = new Map<string, string>();
  /** Keys of notifications that were read or written since the view aged: the others may have moved. */
  #fresh = new Set<string>();
  #agedAt = 0;
  #version = 0;
  #aheadMs = leastAheadMs;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Another one once the view knows something else: what was decided by it is to be decided again. */
  get version(): number {
    return this.#version;
  }

  /** What is known between two key times, both included, without reading; undefined where some of it is not. */
  known(from: string, to: string): Omit<Covered, 'fresh'> | undefined {
    if (!this.#span || from < this.#span.from || to > this.#span.to) return undefined;
    return this.#all;
  }

  /** Whether one of them may have moved since it was read. */
  isOld(keys: readonly RowRef[]): boolean {
    return keys.some(({ key }) => this.#isOld(key));
  }

  /** At least everything between two key times, both included. */
  async cover(from: string, to: string): Promise<Covered> {
    const wasAside = this.#dropAside();
    if (this.#span && to < this.#span.from) {
      // A row that is hours late is no reason to read all anew; where more of them follow, reading moves there.
      if (wasAside === undefined || from > wasAside) return this.#coverAside(from, to);
      this.forget();
    }
    if (this.#span && from > this.#span.to) this.forget();
    const span = this.#span ?? { from, to };
    const missing: (readonly [string, string])[] = [];
    const ahead = keyTimeAfter(to, this.#aheadMs);
    const isNew = !this.#span;
    if (isNew) missing.push([from, ahead]);
    else if (from < span.from) missing.push([from, span.from]);
    if (!isNew && to > span.to) missing.push([`${span.to}~~`, ahead]);
    const reached = isNew || to > span.to ? ahead : span.to;
    const fresh: StoredNotification[] = [];
    for (const [first, last] of missing) {
      const read = await this.#ledger.readRange(first, last, this.#readBefore);
      if (this.#span && this.#isOutdatedBy(read)) {
        this.forget();
        return this.cover(from, to);
      }
      if (last === ahead)
        this.#aheadMs = isEmpty(read) ? Math.min(2 * this.#aheadMs, mostAheadMs) : leastAheadMs;
      if (isNew) this.#keepOnly(read.notifications);
      const known = [this.#seen, this.#unreadable];
      const sizes = known.map(({ size }) => size);
      this.#add(read);
      if (last === span.from)
        for (const [n, keys] of known.entries()) moveBehind(keys, sizes[n] ?? 0);
      fresh.push(...read.notifications);
    }
    const behind = keyTimeAfter(from, -slackMs);
    const kept = from < span.from ? from : span.from;
    this.#span = { from: laterOf(kept, behind), to: reached };
    dropBefore(this.#span.from, this.#seen);
    dropBefore(this.#span.from, this.#unreadable);
    this.#notifications.dropBefore(this.#span.from);
    for (const [id, time] of this.#ids) {
      if (time >= this.#span.from) break;
      this.#ids.delete(id);
    }
    this.#busyFrom = keyTimeAfter(to, -busyMs);
    if (missing.length > 0) this.#notifications.pack(this.#busyFrom);
    return { ...this.#all, fresh };
  }

  /** What a page before the span needs, for that page alone. */
  async #coverAside(from: string, to: string): Promise<Covered> {
    const read = await this.#ledger.readRange(from, to);
    if (this.#isOutdatedBy(read)) {
      this.forget();
      return this.cover(from, to);
    }
    this.#add(read);
    const rows = read.notifications.map(({ notification }) => notification.key);
    this.#aside = { to, keys: [...read.seen, ...read.unreadable, ...rows] };
    return { ...this.#all, fresh: read.notifications };
  }

  /** Until when it went, if there was any. */
  #dropAside(): string | undefined {
    const aside = this.#aside;
    for (const key of aside?.keys ?? []) {
      this.#seen.delete(key);
      this.#unreadable.delete(key);
      this.#notifications.delete(key);
    }
    this.#aside = undefined;
    return aside?.to;
  }

  get #all(): Omit<Covered, 'fresh'> {
    return {
      seen: this.#seen,
      unreadable: this.#unreadable,
      notifications: this.#notifications,
      fences: this.#fences,
    };
  }

  /** Whether an audit row is known to be in the ledger, or to be worth no row there. */
  readonly isKnown = (id: string, time: string): boolean => this.#ids.get(id) === time;

  /** To be called with what is recorded. */
  know(rows: readonly { readonly id: string; readonly activityDateTime: string }[]): void {
    for (const { id, activityDateTime } of rows) this.#ids.set(id, activityDateTime);
  }

  /** To be told the time before each page. */
  age(now: Date): void {
    const time = now.getTime();
    // A clock that was set back must not keep what was seen for as long.
    if (Math.abs(time - this.#agedAt) < freshMs) return;
    this.#agedAt = time;
    this.#fresh = new Set();
  }

  /**
   * Reads those anew that were known for long, many at once: mails leave while the first of them wait for the last.
   * True where one of them has moved.
   */
  async renew(keys: readonly RowRef[]): Promise<boolean> {
    const old = keys.filter(({ key }) => this.#isOld(key));
    const read = (await this.#readTogether(old)) ?? (await this.#readEach(old));
    if (old.length > 0) this.#version += 1;
    let moved = false;
    for (const { key } of old) {
      const stored = read.get(key);
      moved ||= stored?.etag !== this.#notifications.get(key)?.etag;
      if (stored) this.#set(stored);
      else this.#notifications.delete(key);
    }
    return moved;
  }

  /** In one query, where it brings few others; undefined where that is no gain. */
  async #readTogether(refs: readonly RowRef[]): Promise<Found | undefined> {
    if (refs.length <= atOnce) return undefined;
    const keys = refs.map(({ key }) => key).sort();
    const [from = '', to = ''] = [keys[0], keys.at(-1)];
    const between = this.#notifications.countBetween(from, to);
    if (between > mostOthers * refs.length) return undefined;
    const read = await this.#ledger.readNotifications(from, to, this.#readBefore);
    return new Map(read.map((one) => [one.notification.key, one]));
  }

  async #readEach(refs: readonly RowRef[]): Promise<Found> {
    const read = new Map<string, StoredNotification | undefined>();
    for (let next = 0; next < refs.length; next += atOnce) {
      const some = refs.slice(next, next + atOnce);
      const found = await Promise.all(some.map((ref) => this.#stored(ref)));
      for (const [at, { key }] of some.entries()) read.set(key, found[at]);
    }
    return read;
  }

  async #stored(ref: RowRef): Promise<StoredNotification | undefined> {
    try {
      return await this.#ledger.get(ref);
    } catch (error) {
      // Another version took it over: it is none of ours any more.
      if (error instanceof UnreadableRow) return undefined;
      throw error;
    }
  }

  /**
   * Records what belongs into the span. The view knows it as soon as the first of it has left, and tells
   * `onKnown`, so that the next page can be decided meanwhile; an update has the ETag that its row has by now.
   * After a failure the view begins anew, unless nobody else has recorded: where a mail left whose notification
   * was to gain something, that one alone is to be read.
   */
  async record(recording: Recording, onKnown = () => {}): Promise<void> {
    const { inserts, summaries, audits } = recording;
    const updates = recording.updates.map(({ notification, etag }) => ({
      notification,
      etag: this.#notifications.get(notification.key)?.etag ?? etag,
    }));
    const written = updates.map(({ notification }) => notification);
    const all = [...inserts, ...written, ...(summaries?.values() ?? [])];
    this.#version += 1;
    const recorded = this.#ledger.record({ ...recording, updates }, this.#fences);
    // It is waited for below.
    recorded.catch(() => {});
    // What follows takes a while, and nothing of it is needed for the first transaction to leave.
    await setImmediate();
    this.#notifications.pack(this.#busyFrom);
    for (const { key } of audits) this.#seen.add(key);
    const before = new Map<string, StoredNotification>();
    for (const notification of all) {
      const known = this.#notifications.get(notification.key);
      if (known) before.set(notification.key, known);
      this.#set({ notification, etag: '' });
    }
    onKnown();
    try {
      const { etags, fences } = await recorded;
      this.#fences = new Map(fences);
      for (const notification of all) {
        const etag = etags.get(notification.key) ?? '';
        this.#notifications.set({ notification, etag });
      }
    } catch (error) {
      if (error instanceof RecordingRefused && (await this.#isAlone(error)))
        this.#keep(error, { audits, all, before });
      else this.forget();
      throw error;
    }
  }

  /** Whether nobody else has recorded on the day of a recording that was refused. */
  async #isAlone({ day, fence }: RecordingRefused): Promise<boolean> {
    const found = await this.#ledger.fenceOf(day).catch(() => '');
    return found === fence;
  }

  /** Of a recording what was written; of the rest it knows what it did before. */
  #keep({ day, fence, etags, written }: RecordingRefused, { audits, all, before }: Attempt): void {
    this.#version += 1;
    if (fence !== undefined) this.#fences.set(day, fence);
    for (const { key } of audits) if (!written.has(key)) this.#seen.delete(key);
    for (const { key } of all) {
      const known = before.get(key);
      const etag = etags.get(key);
      const own = this.#notifications.get(key);
      if (etag !== undefined && own) this.#notifications.set({ ...own, etag });
      else if (known) this.#notifications.set(known);
      else this.#notifications.delete(key);
      if (known) this.#fresh.delete(key);
    }
  }

  /** Begins anew. That an audit row has been recorded stays true, whoever else records. */
  forget(): void {
    this.#version += 1;
    this.#span = undefined;
    this.#aside = undefined;
    this.#seen = new Set();
    this.#unreadable = new Set();
    this.#fences = new Map();
    this.#aheadMs = leastAheadMs;
    this.#fresh = new Set();
  }

  #set(one: StoredNotification): void {
    this.#notifications.set(one);
    this.#fresh.add(one.notification.key);
  }

  #isOld(key: string): boolean {
    return !this.#fresh.has(key) && this.#notifications.has(key);
  }

  readonly #readBefore = (key: string) => this.#notifications.get(key);

  /** Forgets what was known before it began anew, and is not there any more. */
  #keepOnly(read: readonly StoredNotification[]): void {
    const keys = new Set(read.map(({ notification }) => notification.key));
    for (const key of this.#notifications.keys()) {
      if (!keys.has(key)) this.#notifications.delete(key);
    }
  }

  /** Whether somebody else has recorded on a day that was read before. */
  #isOutdatedBy({ fences }: LedgerRange): boolean {
    const [first = '', last = ''] = [this.#span?.from, this.#span?.to].map((key) =>
      key?.slice(0, 10),
    );
    return [...fences].some(
      ([day, etag]) => day >= first && day <= last && this.#fences.get(day) !== etag,
    );
  }

  #add({ seen, notifications, unreadable, fences }: LedgerRange): void {
    this.#version += 1;
    for (const key of seen) this.#seen.add(key);
    for (const key of unreadable) this.#unreadable.add(key);
    for (const one of notifications) this.#set(one);
    for (const [day, etag] of fences) this.#fences.set(day, etag);
  }
}

const isEmpty = ({ seen, notifications, unreadable }: LedgerRange) =>
  seen.size + notifications.length + unreadable.size === 0;

const laterOf = (one: string, other: string) => (one < other ? other : one);

/** Moves the first so many behind what was put there after them, which is older. */
function moveBehind(keys: Set<string>, count: number): void {
  for (const key of [...keys].slice(0, count)) {
    keys.delete(key);
    keys.add(key);
  }
}

/** Keys are in the order of time, but for some that were recorded late: those stay a while longer. */
function dropBefore(from: string, keys: Set<string>): void {
  for (const key of keys.keys()) {
    if (key >= from) return;
    keys.delete(key);
  }
}
