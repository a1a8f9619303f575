import * as z from 'zod/mini';
import { once } from '../once.ts';
import type { ChangeTarget, SecurityInfoChange } from '../recognise/change.ts';
import type { RowRef } from './keys.ts';
import { parsedJson } from './lanes.ts';
import {
  type BulkSummary,
  followUps,
  type Notification,
  type StoredNotification,
  states,
} from './notification.ts';
import type { Entity, StoreKeys } from './store.ts';
import { storedEnd, storedSteps } from './storedReason.ts';

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
  const { day, key, target, changes, doubts, suspects, steps, summary, outcome, of, ...scalars } =
    notification;
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
    ...(summary && { summary: JSON.stringify(summary) }),
    ...(of && { of: JSON.stringify(of) }),
    ...(reason && { reason, reasonDetails: JSON.stringify(details) }),
  };
}

/** Changes that the row alone tells of: a summary and a follow-up tell of others', a test of none. */
const countedChanges = ({ changes, summary, followUp, test }: Notification) =>
  summary || followUp || test ? 0 : changes.length;

const json = <T>() =>
  z.pipe(
    z.string(),
    z.transform((text, context) => parsedJson(text, context) as T),
  );

const stored = once(() =>
  z.pipe(
    z.object({
      partitionKey: z.string(),
      rowKey: z.string(),
      etag: z.string(),
      state: z.enum(states),
      urgent: z.boolean(),
      bulk: z.exactOptional(z.boolean()),
      test: z.exactOptional(z.boolean()),
      followUp: z.exactOptional(z.enum(followUps)),
      gone: z.exactOptional(z.boolean()),
      otherAddress: z.exactOptional(z.string()),
      of: z.exactOptional(json<RowRef>()),
      hasOther: z.exactOptional(z.boolean()),
      sentTo: z.exactOptional(z.string()),
      arrival: z.exactOptional(z.enum(['delivered', 'junk'])),
      authenticatorWarning: z.exactOptional(z.enum(['program', 'contradiction'])),
      summary: z.exactOptional(json<BulkSummary>()),
      target: json<ChangeTarget>(),
      changes: json<SecurityInfoChange[]>(),
      sender: z.string(),
      inLine: z.exactOptional(z.boolean()),
      slotUntil: z.exactOptional(z.string()),
      recordedAt: z.string(),
      reopenedAt: z.exactOptional(z.string()),
      notBefore: z.string(),
      dueSince: z.exactOptional(z.string()),
      leaseUntil: z.exactOptional(z.string()),
      attempts: z.number(),
      doubts: json<string[]>(),
      suspects: z.exactOptional(json<string[]>()),
      deferrals: z.number(),
      poisoned: z.exactOptional(z.number()),
      revivals: z.exactOptional(z.number()),
      revivedAt: z.exactOptional(z.string()),
      reason: z.exactOptional(z.string()),
      reasonDetails: z.exactOptional(json<object>()),
      endedAt: z.exactOptional(z.string()),
      /** Words, of a version that kept no codes. */
      outcome: z.exactOptional(z.string()),
      steps: z.pipe(z.pipe(z.string(), z.transform(parsedJson)), storedSteps()),
    }),
    z.transform(({ partitionKey, rowKey, etag, ...row }): StoredNotification => {
      const { reason, reasonDetails, outcome: _, endedAt: __, ...rest } = row;
      const notification = {
        day: partitionKey,
        key: rowKey,
        ...rest,
        ...storedEnd(row),
      };
      return { etag, notification };
    }),
  ),
);

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

/** Reads a notification row back. Throws `UnreadableRow`. */
export function storedNotification(entity: StoreKeys): StoredNotification {
  const row = { day: entity.partitionKey, key: entity.rowKey };
  const read = stored().safeParse(entity);
  if (read.success) return read.data;
  throw new UnreadableRow(row, read.error.issues[0]?.path.join('.') || 'row');
}

/** Rows as far as this version can read them. */
export interface ReadNotifications {
  readonly notifications: StoredNotification[];
  readonly unreadable: UnreadableRow[];
}

/** Reads notification rows back; what this version can't read is set aside. */
export function readNotifications(entities: readonly StoreKeys[]): ReadNotifications {
  const notifications: StoredNotification[] = [];
  const unreadable: UnreadableRow[] = [];
  for (const entity of entities) {
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
