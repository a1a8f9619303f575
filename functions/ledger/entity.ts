import * as z from 'zod/mini';
import { once } from '../once.ts';
import type { SecurityInfoChange } from '../recognise/change.ts';
import type { RowRef } from './keys.ts';
import type { Notification, StoredNotification } from './notification.ts';
import { notificationRow } from './notificationRow.ts';
import type { Entity, StoreKeys } from './store.ts';

/** An audit record that has been seen: what it was taken for, and which notification tells of it. */
export interface SeenAudit extends RowRef {
  readonly auditId: string;
  readonly activity: string;
  readonly service: string;
  readonly verdict: 'change' | 'merged' | 'suppressed' | 'noise';
  readonly why: string;
  /** Why it was taken for a row of a change that was known. A code: `MergeReason`. */
  readonly merged?: string;
  readonly notification?: RowRef;
  /** Changes of it that nobody is told of, since no row says whose they are; and when that was found. */
  readonly noTarget?: { readonly changes: number; readonly at: string };
  /** Tells of several notifications: only when all of them are written has it been seen. */
  readonly spread?: true;
}

/** A cut may leave half a character, and a row may hold one: storage need not take it. */
const cut = (text: string, longest: number) => text.slice(0, longest).toWellFormed();

export const auditEntity = (audit: SeenAudit): Entity => ({
  partitionKey: audit.day,
  rowKey: audit.key,
  auditId: cut(audit.auditId, 1024),
  activity: cut(audit.activity, 256),
  service: cut(audit.service, 256),
  verdict: audit.verdict,
  why: cut(audit.why, 512),
  ...(audit.merged && { merged: audit.merged }),
  ...(audit.notification && {
    notificationDay: audit.notification.day,
    notificationKey: audit.notification.key,
  }),
  ...(audit.noTarget && {
    reason: 'noTarget',
    changeCount: audit.noTarget.changes,
    endedAt: audit.noTarget.at,
  }),
});

const storedAudit = once(() =>
  z.pipe(
    z.object({
      partitionKey: z.string(),
      rowKey: z.string(),
      auditId: z.string(),
      activity: z.string(),
      service: z.string(),
      verdict: z.enum(['change', 'merged', 'suppressed', 'noise']),
      why: z.string(),
      merged: z.exactOptional(z.string()),
      notificationDay: z.optional(z.string()),
      notificationKey: z.optional(z.string()),
    }),
    z.transform((row): SeenAudit => {
      const { partitionKey, rowKey, notificationDay: day, notificationKey: key, ...rest } = row;
      return {
        day: partitionKey,
        key: rowKey,
        ...rest,
        ...(day && key && { notification: { day, key } }),
      };
    }),
  ),
);

/** Reads an audit row back. Throws where the row was changed by other hands. */
export const seenAudit = (entity: unknown): SeenAudit => storedAudit().parse(entity);

/** Of a text property's 32 K characters, what one change may take as JSON. */
const mostOfOneChange = 24_000;

/**
 * A change that fits into its row whatever its texts hold: as JSON, a character may take six. Cut are
 * the longest texts, and none that is shorter than any id.
 */
export function fitting(change: SecurityInfoChange): SecurityInfoChange {
  let fits = change;
  for (let longest = 512; longest >= 64; longest /= 2) {
    if (JSON.stringify(fits).length <= mostOfOneChange) return fits;
    fits = withTextsOf(fits, longest) as SecurityInfoChange;
  }
  return fits;
}

function withTextsOf(value: unknown, longest: number): unknown {
  if (typeof value === 'string') return cut(value, longest);
  if (Array.isArray(value)) return value.map((one) => withTextsOf(one, longest));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, withTextsOf(one, longest)]);
  return Object.fromEntries(entries);
}

export function notificationEntity(notification: Notification): Entity {
  const { day, key, target, changes, steps, outcome, ...rest } = notification;
  const { doubts, suspects, refused, summary, of, ...scalars } = rest;
  const { reason, ...details } = outcome ?? {};
  return {
    partitionKey: day,
    rowKey: key,
    ...scalars,
    changeCount: countedChanges(notification),
    target: JSON.stringify(target),
    changes: JSON.stringify(changes),
    doubts: JSON.stringify(doubts),
    steps: JSON.stringify(steps),
    ...(suspects && { suspects: JSON.stringify(suspects) }),
    ...(refused && { refused: JSON.stringify(refused) }),
    ...(summary && { summary: JSON.stringify(summary) }),
    ...(of && { of: JSON.stringify(of) }),
    ...(reason && { reason, reasonDetails: JSON.stringify(details) }),
  };
}

/** Changes that the row alone tells of: a summary and a follow-up tell of others', a test of none. */
const countedChanges = ({ changes, summary, followUp, test }: Notification) =>
  summary || followUp || test ? 0 : changes.length;

/** A row that this version can't read: another version wrote it, or other hands did. Never with its text. */
export class UnreadableRow extends Error {
  override readonly name = 'UnreadableRow';
  readonly retry = false;
  readonly row: RowRef;
  /** The property at fault. */
  readonly code: string;

  constructor(row: RowRef, property: string) {
    super(`a row of the ledger can't be read: ${property}`);
    this.row = row;
    this.code = property;
  }
}

/** Rows of one process after which compiling their schema pays. Measured: docs/scale.md. */
const worthCompiling = 1500;
let reader = notificationRow;
let rows = 0;

/** Has later rows read by generated code, which few processes need and none needs at first. */
async function compile(): Promise<void> {
  const { compiled } = await import('../compile.ts');
  const schema = compiled(notificationRow());
  reader = () => schema;
}

/** Reads a notification row back. Throws `UnreadableRow`. */
export function storedNotification(entity: StoreKeys): StoredNotification {
  const row = { day: entity.partitionKey, key: entity.rowKey };
  rows += 1;
  // Where it can't be loaded, rows are read as before.
  if (rows === worthCompiling) compile().catch(() => {});
  const read = reader().safeParse(entity);
  if (read.success) return read.data;
  throw new UnreadableRow(row, read.error.issues[0]?.path.join('.') || 'row');
}

/** Rows as far as this version can read them. */
export interface ReadNotifications {
  readonly notifications: StoredNotification[];
  readonly unreadable: UnreadableRow[];
}

/** What was read of a row before, if anything. */
export type ReadBefore = (key: string) => StoredNotification | undefined;

/**
 * Reads notification rows back; what this version can't read is set aside. A row that has the ETag with which it
 * was read before is the same row, and not read again.
 */
export function readNotifications(
  entities: readonly (StoreKeys & { readonly etag?: string })[],
  readBefore: ReadBefore = () => undefined,
): ReadNotifications {
  const notifications: StoredNotification[] = [];
  const unreadable: UnreadableRow[] = [];
  for (const entity of entities) {
    const before = readBefore(entity.rowKey);
    if (before && before.etag === entity.etag) {
      notifications.push(before);
      continue;
    }
    try {
      notifications.push(storedNotification(entity));
    } catch (error) {
      if (!(error instanceof UnreadableRow)) throw error;
      unreadable.push(error);
    }
  }
  return { notifications, unreadable };
}

/** What kind of row a key names. */
export const isNotificationKey = (key: string): boolean => key.includes('~n~');
