import { auditEntity, notificationEntity, type SeenAudit } from './entity.ts';
import type { RowRef } from './keys.ts';
import type { Notification, StoredNotification } from './notification.ts';
import { LedgerConflict, mostWrites, type StoreKeys, type Write } from './store.ts';

/** What one page adds to the ledger. */
export interface Recording {
  /** New notifications. */
  readonly inserts: readonly Notification[];
  /** Key of an insert → a notification of the same day that exists if and only if that one does. */
  readonly summaries?: ReadonlyMap<string, Notification>;
  /** Pending notifications that gained a change or a fact, under their ETag. */
  readonly updates: readonly StoredNotification[];
  readonly audits: readonly SeenAudit[];
  /** UTC days by whose notifications it was decided: nobody else may have recorded there either. */
  readonly near?: readonly string[];
  /** Where it was made ready before its turn. */
  readonly ready?: Ready;
}

/** A recording of one day in transactions that wait for the fence of that day, and for nothing else. */
export interface Ready {
  readonly days: readonly DayTransactions[];
  /** Writes them, where the fence has this ETag. Throws what `LedgerStore.transact` throws. */
  readonly begin: (fence: string) => Promise<WrittenDay>;
  /** Never writes them. */
  readonly drop: () => void;
}

/** What writing transactions of a day led to. */
export interface WrittenDay {
  /** ETag. */
  readonly fence: string;
  /** Of the notifications, by RowKey. */
  readonly etags: ReadonlyMap<string, string>;
}

/** Another writer was first. What of the recording, all of one day, was written before that. */
export class RecordingRefused extends LedgerConflict {
  readonly day: string;
  /** ETag; undefined where the day had no fence, and nothing was written. */
  readonly fence: string | undefined;
  /** Of the notifications, by RowKey. */
  readonly etags: WrittenDay['etags'];
  /** RowKeys of all that was written. */
  readonly written: ReadonlySet<string>;

  constructor(
    day: string,
    fence: string | undefined,
    etags: WrittenDay['etags'],
    transactions: readonly Transaction[],
    cause: LedgerConflict,
  ) {
    super(cause.message, { cause });
    this.day = day;
    this.fence = fence;
    this.etags = etags;
    this.written = new Set(
      transactions.flatMap(({ writes }) => writes.map(({ row }) => row.rowKey)),
    );
  }
}

/** Sorts before every time, so that a query reads it before the rows that it guards. */
export const fenceKey = '!fence';

/** One row of a transaction is the fence. */
const mostOthers = mostWrites - 1;
/** Azure: 4 MiB a transaction. A character takes three bytes at most. */
const mostCharacters = 1_000_000;

/** Writes that are done together, or none of them. */
interface Unit extends RowRef {
  readonly writes: Write[];
}

/** One transaction, without its fence. */
export interface Transaction {
  readonly day: string;
  readonly writes: Write[];
}

/**
 * Packs a recording into transactions: each notification with its audit rows of the same day, as
 * one fact. Rows that tell of a notification on another day, or of several, come last: should the
 * run end before they are written, they are read again and found to be told already. Where it was decided by several
 * days, the fences of all but the first are replaced before anything else is written: each of two recorders could
 * otherwise be first on one of the days.
 */
export function packTransactions({
  inserts,
  summaries,
  updates,
  audits,
  near = [],
}: Recording): Transaction[] {
  const owned = Map.groupBy(audits, ({ day, notification, spread }) =>
    notification?.day === day && !spread ? notification.key : '',
  );
  const transactions: Transaction[] = [];
  const open = new Map<string, { transaction: Transaction; length: number }>();
  const add = (day: string, unit: Write[]) => {
    const length = unit.reduce((sum, write) => sum + sizeOf(write.row), 0);
    let last = open.get(day);
    const full =
      !last ||
      last.transaction.writes.length + unit.length > mostOthers ||
      last.length + length > mostCharacters;
    if (!last || full) {
      last = { transaction: { day, writes: [] }, length: 0 };
      transactions.push(last.transaction);
      open.set(day, last);
    }
    last.transaction.writes.push(...unit);
    last.length += length;
  };
  const units: Unit[] = [];
  const left: SeenAudit[] = [];
  for (const audit of owned.get('') ?? []) {
    const { day, key, notification } = audit;
    if (notification) left.push(audit);
    else units.push({ day, key, writes: [createAudit(audit)] });
  }
  owned.delete('');
  const unitOf = ({ key, day }: RowRef, ...writes: Write[]): Unit => {
    const own = owned.get(key) ?? [];
    const room = mostOthers - writes.length;
    left.push(...own.slice(room));
    owned.delete(key);
    return { day, key, writes: [...own.slice(0, room).map(createAudit), ...writes] };
  };
  for (const notification of inserts) {
    const summary = summaries?.get(notification.key);
    const created = [notification, ...(summary ? [summary] : [])].map(createNotification);
    units.push(unitOf(notification, ...created));
  }
  // A table that keeps its rows in the order of their keys takes them soonest in that order.
  units.sort((one, other) => (one.key < other.key ? -1 : 1));
  // Last, for one of these may be refused.
  for (const { notification, etag } of updates) {
    const row = notificationEntity(notification);
    units.push(unitOf(notification, { kind: 'replace', row, etag }));
  }
  for (const { day, writes } of units) add(day, writes);
  // In transactions of their own: those before may have been begun ahead of the notification's.
  open.clear();
  for (const audit of [...left, ...[...owned.values()].flat()])
    add(audit.day, [createAudit(audit)]);
  const [first] = transactions;
  if (!first || near.length === 0) return transactions;
  const days = new Set([...near, ...transactions.map(({ day }) => day)]);
  days.delete(first.day);
  return [...[...days].map((day) => ({ day, writes: [] })), ...transactions];
}

/** Transactions of the same day that follow each other. */
interface DayTransactions {
  readonly day: string;
  readonly transactions: Transaction[];
}

/** The same in the same order, with those together that are of the same day and follow each other. */
export function byDay(transactions: readonly Transaction[]): DayTransactions[] {
  const days: DayTransactions[] = [];
  for (const one of transactions) {
    const last = days.at(-1);
    if (last?.day === one.day) last.transactions.push(one);
    else days.push({ day: one.day, transactions: [one] });
  }
  return days;
}

const createNotification = (notification: Notification): Write => ({
  kind: 'insert',
  row: notificationEntity(notification),
});

const createAudit = (audit: SeenAudit): Write => ({ kind: 'insert', row: auditEntity(audit) });

const overhead = 1000;

const sizeOf = (entity: StoreKeys) =>
  Object.values(entity).reduce<number>((sum, value) => sum + String(value).length, overhead);
