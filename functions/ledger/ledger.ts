import { addressPartition } from './addressChanges.ts';
import {
  isNotificationKey,
  notificationEntity,
  type ReadBefore,
  type ReadNotifications,
  readNotifications,
  type SeenAudit,
  seenAudit,
  storedNotification,
} from './entity.ts';
import { anyDay, dayMs, dayOf, type RowRef } from './keys.ts';
import { asidePartition, LedgerState } from './ledgerState.ts';
import {
  copiesEntity,
  type ManagerCopies,
  type StoredCopies,
  storedCopies,
} from './managerCopies.ts';
import { isFinal, type Notification, type State, type StoredNotification } from './notification.ts';
import {
  type OpenOnes,
  type OpenTimes,
  openAtOnce,
  openQuery,
  openTimes,
  saysWhen,
} from './open.ts';
import { endReasons, type UntoldReason } from './reason.ts';
import {
  byDay,
  fenceKey,
  packTransactions,
  type Recording,
  RecordingRefused,
  type Transaction,
  type WrittenDay,
} from './recording.ts';
import {
  above,
  anyOf,
  below,
  type Entity,
  has,
  LedgerConflict,
  mostWrites,
  noneOf,
  type StoredRow,
  type Write,
} from './store.ts';
import { untoldReason } from './storedReason.ts';

export { LedgerConflict };

/** What the ledger knows of a span of time. */
export interface LedgerRange {
  /** Keys of the audit rows. */
  readonly seen: ReadonlySet<string>;
  readonly notifications: readonly StoredNotification[];
  /** Keys of notifications that this version can't read. */
  readonly unreadable: ReadonlySet<string>;
  /** ETag of each day's fence: recording succeeds only if nobody else recorded since. */
  readonly fences: ReadonlyMap<string, string>;
}

/** What recording led to. */
interface Recorded {
  /** Of the notifications, by RowKey. */
  readonly etags: ReadonlyMap<string, string>;
  /** By day. */
  readonly fences: ReadonlyMap<string, string>;
}

/** A manager's copies, to be written over those that had the ETag, or anew. */
interface Counted {
  readonly copies: ManagerCopies;
  readonly etag: string | undefined;
}

/** Most mails are of the day; the rest are no part of a sample. */
const sentDays = 3;

/** What has been seen and said. Methods throw `LedgerConflict` or `StorageFailure`. */
export class Ledger extends LedgerState {
  /** Everything between two key times, both included, and the fences of the days between. */
  async readRange(from: string, to: string, readBefore?: ReadBefore): Promise<LedgerRange> {
    const partitions = { from: from.slice(0, 10), to: to.slice(0, 10) };
    const keys = [
      { from, to: `${to}~~` },
      { from: fenceKey, to: fenceKey },
    ];
    const seen = new Set<string>();
    const found: StoredRow[] = [];
    const fences = new Map<string, string>();
    for await (const entity of this.store.query({ partitions, keys })) {
      const { rowKey, partitionKey, etag } = entity;
      if (rowKey === fenceKey) fences.set(partitionKey, etag);
      else if (isNotificationKey(rowKey)) found.push(entity);
      else seen.add(rowKey);
    }
    const { notifications, unreadable } = readNotifications(found, readBefore);
    const unreadableKeys = new Set(unreadable.map(({ row }) => row.key));
    return { seen, notifications, unreadable: unreadableKeys, fences };
  }

  /** The notifications between two keys, both included, as far as this version can read them. */
  async readNotifications(
    from: string,
    to: string,
    readBefore: ReadBefore,
  ): Promise<StoredNotification[]> {
    const partitions = { from: from.slice(0, 10), to: to.slice(0, 10) };
    const found: StoredRow[] = [];
    const query = { partitions, keys: [{ from, to }], where: [has('state')] };
    for await (const row of this.store.query(query)) found.push(row);
    return readNotifications(found, readBefore).notifications;
  }

  /**
   * Records audit rows and their notifications, each pair in one transaction. Throws
   * `LedgerConflict` when anything was recorded for these days since `fences` were read, or a row of `updates`
   * was moved; what is already recorded by then is complete in itself, and a `RecordingRefused` tells of it.
   * Returns the new ETags.
   */
  async record(recording: Recording, fences: ReadonlyMap<string, string>): Promise<Recorded> {
    const current = new Map(fences);
    const etags = new Map<string, string>();
    const { ready, days } = begun(recording, fences);
    for (const { day, transactions } of days) {
      const writing = ready ?? this.#write(transactions, current.get(day));
      const written = await writing.catch((error: unknown) => {
        // What it tells is of one day alone.
        if (days.length === 1 || !(error instanceof RecordingRefused)) throw error;
        throw error.cause;
      });
      current.set(day, written.fence);
      for (const [key, etag] of written.etags) etags.set(key, etag);
    }
    return { etags, fences: current };
  }

  /**
   * Makes ready what will be recorded once something else is that is under way: what it takes is done meanwhile, and
   * nothing is written. The result is to be recorded, or its `ready` dropped.
   */
  makeReady(recording: Recording): Recording {
    // They may wait for an ETag of what is under way.
    if (recording.updates.length > 0) return recording;
    const days = byDay(packTransactions(recording));
    const [only, ...others] = days;
    if (!only || others.length > 0) return recording;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const written = this.#write(only.transactions, promise);
    // Whoever begins it learns of it.
    for (const either of [promise, written]) either.catch(() => {});
    const begin = (fence: string) => {
      resolve(fence);
      return written;
    };
    return { ...recording, ready: { days, begin, drop: () => reject(new Error('not recorded')) } };
  }

  /**
   * Writes transactions of one day, each after the one before, whose answer gives the fence that it waits for: all are
   * made ready meanwhile.
   */
  async #write(
    transactions: readonly Transaction[],
    first: string | Promise<string> | undefined,
  ): Promise<WrittenDay> {
    const etags = new Map<string, string>();
    const written: Transaction[] = [];
    let known = typeof first === 'string' ? first : undefined;
    let fence = first;
    for (const one of transactions) {
      const { day, writes } = one;
      const row: Entity = { partitionKey: day, rowKey: fenceKey };
      const answer = this.store.transact([fenced(row, fence), ...writes]);
      fence = answer.then(([next, ...others]) => {
        if (!next) throw new LedgerConflict('the answer gave no ETag for the fence');
        writes.forEach(({ row: { rowKey } }, at) => {
          if (isNotificationKey(rowKey)) etags.set(rowKey, others[at] ?? '');
        });
        written.push(one);
        known = next;
        return next;
      });
      // Whoever waits for it learns of it.
      fence.catch(() => {});
    }
    try {
      return { fence: (await fence) ?? '', etags };
    } catch (error) {
      const [one] = transactions;
      if (!one || !(error instanceof LedgerConflict)) throw error;
      throw new RecordingRefused(one.day, known, etags, written, error);
    }
  }

  /** The ETag of a day's fence: nobody has recorded there for as long as it stays. */
  async fenceOf(day: string): Promise<string | undefined> {
    return (await this.#find(day, fenceKey))?.etag;
  }

  /** One notification, or undefined where there is none. */
  async get({ day, key }: RowRef): Promise<StoredNotification | undefined> {
    const found = await this.#find(day, key);
    return found && storedNotification(found);
  }

  /** Writes a notification that no audit row starts. Throws `LedgerConflict` where it is there. */
  insert(notification: Notification): Promise<string> {
    return this.write(notificationEntity(notification), undefined);
  }

  /** Writes a new state under the ETag of the old one. Returns the new ETag. */
  replace(notification: Notification, etag: string): Promise<string> {
    return this.write(notificationEntity(notification), etag);
  }

  /**
   * Writes new states of many, each under the ETag of the old one, in few transactions. Those that somebody else
   * has moved stay as they are.
   */
  async replaceMany(rows: readonly StoredNotification[]): Promise<void> {
    for (const some of Map.groupBy(rows, ({ notification }) => notification.day).values()) {
      for (const { writes } of packTransactions({ inserts: [], updates: some, audits: [] })) {
        await this.#unlessMoved(writes);
      }
    }
  }

  /** One that has moved refuses them all. */
  async #unlessMoved(writes: readonly Write[]): Promise<void> {
    try {
      await this.store.transact(writes);
    } catch (error) {
      if (!(error instanceof LedgerConflict)) throw error;
      if (writes.length === 1) return;
      for (const write of writes) await this.#unlessMoved([write]);
    }
  }

  /** Writes a new state and rows of the same day that it leads to, all or nothing. */
  async replaceAndInsert(
    notification: Notification,
    etag: string,
    inserts: readonly Notification[],
  ): Promise<void> {
    await this.store.transact([
      guarded(notificationEntity(notification), etag),
      ...inserts.map((one) => guarded(notificationEntity(one), undefined)),
    ]);
  }

  /** Writes a new state and a copy of the same day in one transaction. Returns their new ETags. */
  async replaceAndCount(
    notification: Notification,
    etag: string,
    { copies, etag: before }: Counted,
  ): Promise<{ readonly notification: string; readonly copies: string }> {
    const count = copiesEntity(copies);
    const [first = '', second = ''] = await this.store.transact([
      guarded(notificationEntity(notification), etag),
      guarded(count, before),
    ]);
    return { notification: first, copies: second };
  }

  /** The copies of one manager and day; undefined where none was counted. */
  async readCopies({ day, key }: RowRef): Promise<StoredCopies | undefined> {
    const found = await this.#find(day, key);
    return found && storedCopies(found);
  }

  writeCopies({ copies, etag }: Counted): Promise<string> {
    return this.write(copiesEntity(copies), etag);
  }

  /** An audit row, or undefined where the record was never seen. */
  async findAudit({ day, key }: RowRef): Promise<SeenAudit | undefined> {
    const found = await this.#find(day, key);
    return found && seenAudit(found);
  }

  /** The audit records that a notification tells of, the silently merged ones included. */
  async auditsOf({ day, key }: RowRef): Promise<SeenAudit[]> {
    // Rows of one change are a minute apart at most: on this day, or on the one before or after.
    const [from = day, to = day] = [-1, 1].map((days) => dayOf(Date.parse(day) + days * dayMs));
    const query = { partitions: { from, to }, where: [anyOf('notificationKey', key)] };
    const found: SeenAudit[] = [];
    for await (const entity of this.store.query(query)) found.push(seenAudit(entity));
    return found;
  }

  /**
   * Notifications that are not final, of the days since `fromDay`, a hundred at a time: a line may be longer
   * than a process can hold. Those of a state that this version does not know are among the unreadable.
   */
  async *readOpen(fromDay: string, which: OpenOnes = {}): AsyncGenerator<ReadNotifications> {
    let some: StoredRow[] = [];
    for await (const entity of this.store.query(openQuery(fromDay, which))) {
      some.push(entity);
      if (some.length < openAtOnce) continue;
      yield readNotifications(some);
      some = [];
    }
    if (some.length > 0) yield readNotifications(some);
  }

  /** When each notification that is not final is and was due, of the days since `fromDay`. */
  async *openTimes(fromDay: string): AsyncGenerator<OpenTimes> {
    const query = { ...openQuery(fromDay, {}), select: openTimes };
    for await (const row of this.store.query(query)) if (saysWhen(row)) yield row;
  }

  /** Notifications that were sent between then and then, of activities of the last days. */
  async readSent(from: Date, to: Date): Promise<StoredNotification[]> {
    const firstDay = dayOf(from.getTime() - sentDays * dayMs);
    const rows = this.store.query({
      partitions: { from: firstDay, ...anyDay },
      where: [anyOf('state', 'sent'), above('endedAt', from.toISOString())],
    });
    const found: StoredRow[] = [];
    for await (const row of rows) if (String(row['endedAt']) <= to.toISOString()) found.push(row);
    return readNotifications(found).notifications;
  }

  /**
   * How many changes ended since then without anybody being told, by reason; of the activities since
   * `fromDay`. Storage counts nothing: it gives each such row, cut down to what is asked for.
   */
  async countUntold(
    fromDay: string,
    since: Date,
  ): Promise<Partial<Readonly<Record<UntoldReason, number>>>> {
    const rows = this.store.query({
      partitions: { from: fromDay, ...anyDay },
      where: [above('endedAt', since.toISOString()), noneOf('reason', ...endReasons.sent)],
      select: ['state', 'reason', 'changeCount'],
    });
    const counts: Partial<Record<UntoldReason, number>> = {};
    for await (const { state, reason, changeCount } of rows) {
      if (state === 'sent' || typeof changeCount !== 'number' || changeCount === 0) continue;
      const why = untoldReason(reason);
      counts[why] = (counts[why] ?? 0) + changeCount;
    }
    return counts;
  }

  /**
   * Deletes the days before `day`, but for notifications that are not final, and what was kept aside
   * or noted of addresses before it. Returns how many rows went.
   */
  async purgeBefore(day: string): Promise<number> {
    const select = ['state'];
    const days = this.store.query({ partitions: { before: day }, select });
    const keptIn = (name: string) =>
      this.store.query({
        partitions: { from: name, to: name },
        where: [below('keptAt', day)],
        select,
      });
    let batch: (Write & { kind: 'remove' })[] = [];
    let removed = 0;
    const flush = async () => {
      if (batch.length > 0) await this.store.transact(batch);
      removed += batch.length;
      batch = [];
    };
    for (const rows of [days, keptIn(asidePartition), keptIn(addressPartition)]) {
      for await (const row of rows) {
        if (row['state'] !== undefined && !isFinal(row['state'] as State)) continue;
        const isFull = batch.length === mostWrites;
        if (isFull || batch[0]?.row.partitionKey !== row.partitionKey) await flush();
        batch.push({ kind: 'remove', row });
      }
    }
    await flush();
    return removed;
  }

  #find(partitionKey: string, rowKey: string) {
    return this.store.get({ partitionKey, rowKey });
  }
}

/** The transactions of a recording, day after day; begun, if they were made ready and their day has a fence. */
function begun(recording: Recording, fences: ReadonlyMap<string, string>) {
  const { ready } = recording;
  if (!ready) return { days: byDay(packTransactions(recording)) };
  const { days } = ready;
  const fence = fences.get(days[0]?.day ?? '');
  if (fence !== undefined) return { days, ready: ready.begin(fence) };
  ready.drop();
  return { days };
}

const fenced = (row: Entity, etag: string | Promise<string> | undefined) =>
  typeof etag === 'object' ? ({ kind: 'replace', row, etag } as const) : guarded(row, etag);

const guarded = (row: Entity, etag: string | undefined): Write =>
  etag === undefined ? { kind: 'insert', row } : { kind: 'replace', row, etag };
