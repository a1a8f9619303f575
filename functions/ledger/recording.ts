import type { TransactionAction } from '@azure/data-tables';
import { auditEntity, type Entity, notificationEntity, type SeenAudit } from './entity.ts';
import type { Notification, StoredNotification } from './notification.ts';

/** What one page adds to the ledger. */
export interface Recording {
  /** New notifications. */
  readonly inserts: readonly Notification[];
  /** Key of an insert → a notification of the same day that exists if and only if that one does. */
  readonly summaries?: ReadonlyMap<string, Notification>;
  /** Pending notifications that gained a change or a fact, under their ETag. */
  readonly updates: readonly StoredNotification[];
  readonly audits: readonly SeenAudit[];
}

/** Sorts before every time, so that a query reads it before the rows that it guards. */
export const fenceKey = '!fence';

/** Azure: 100 entities and 4 MiB a transaction; one entity is the fence. */
const mostActions = 99;
/** A character takes three bytes at most. */
const mostCharacters = 1_000_000;

/** One entity-group transaction, without its fence. */
export interface Transaction {
  readonly day: string;
  readonly actions: TransactionAction[];
}

/**
 * Packs a recording into transactions: each notification with its audit rows of the same day, as
 * one fact. Rows that tell of a notification on another day, or of several, come last: should the
 * run end before they are written, they are read again and found to be told already.
 */
export function packTransactions({
  inserts,
  summaries,
  updates,
  audits,
}: Recording): Transaction[] {
  const owned = Map.groupBy(audits, ({ day, notification, spread }) =>
    notification?.day === day && !spread ? notification.key : '',
  );
  const transactions: Transaction[] = [];
  const open = new Map<string, { transaction: Transaction; length: number }>();
  const add = (day: string, unit: TransactionAction[]) => {
    const length = unit.reduce((sum, action) => sum + sizeOf(action[1] as Entity), 0);
    let last = open.get(day);
    const full =
      !last ||
      last.transaction.actions.length + unit.length > mostActions ||
      last.length + length > mostCharacters;
    if (!last || full) {
      last = { transaction: { day, actions: [] }, length: 0 };
      transactions.push(last.transaction);
      open.set(day, last);
    }
    last.transaction.actions.push(...unit);
    last.length += length;
  };
  const [tellNothing, left] = [[] as SeenAudit[], [] as SeenAudit[]];
  for (const audit of owned.get('') ?? []) (audit.notification ? left : tellNothing).push(audit);
  const addNotification = (key: string, day: string, ...actions: TransactionAction[]) => {
    const own = owned.get(key) ?? [];
    const room = mostActions - actions.length;
    left.push(...own.slice(room));
    owned.delete(key);
    add(day, [...actions, ...own.slice(0, room).map(createAudit)]);
  };
  for (const notification of inserts) {
    const { key, day } = notification;
    const summary = summaries?.get(key);
    const created = [notification, ...(summary ? [summary] : [])].map(createNotification);
    addNotification(key, day, ...created);
  }
  for (const { notification, etag } of updates) {
    const entity = notificationEntity(notification);
    addNotification(notification.key, notification.day, ['update', entity, 'Replace', { etag }]);
  }
  owned.delete('');
  for (const audit of tellNothing) add(audit.day, [createAudit(audit)]);
  // In transactions of their own: those before may have been begun ahead of the notification's.
  open.clear();
  for (const audit of [...left, ...[...owned.values()].flat()])
    add(audit.day, [createAudit(audit)]);
  return transactions;
}

const createNotification = (notification: Notification): TransactionAction => [
  'create',
  notificationEntity(notification),
];

const createAudit = (audit: SeenAudit): TransactionAction => ['create', auditEntity(audit)];

const overhead = 1000;

const sizeOf = (entity: Entity) =>
  Object.values(entity).reduce<number>((sum, value) => sum + String(value).length, overhead);
