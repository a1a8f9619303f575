import type { AuditPage } from '../audit/readPages.ts';
import { recognise } from '../audit/recognise.ts';
import { auditRef, keyTimeAfter } from '../ledger/keys.ts';
import { type Ledger, LedgerConflict } from '../ledger/ledger.ts';
import type { Notification } from '../ledger/notification.ts';
import type { Clock, Log } from '../log.ts';
import { type GroupSettings, groupChanges, groupingMarginMs } from './group.ts';
import { paceSends, type Slots } from './pace.ts';
import type { NotificationQueue } from './queue.ts';

/** What recording a page needs. */
export interface RecordingRoom {
  readonly ledger: Ledger;
  readonly queue: NotificationQueue;
  readonly now: Clock;
  readonly log: Log;
  readonly group: GroupSettings;
  /** Normalised activity names. */
  readonly muted: ReadonlySet<string>;
  readonly senders: readonly [string, ...string[]];
  readonly ratePerMinute: number;
}

/** What became of a page. */
export interface PageResult {
  /** Rows that were not in the ledger yet. */
  readonly recorded: number;
  readonly notifications: number;
  readonly slots: Slots;
  /** The page's notifications that are not final, new and old. */
  readonly open: readonly Notification[];
}

/** Two recorders seldom meet; more often than this, the next poll does it. */
const mostTries = 5;

/**
 * Records what is new on a page, exactly once, and enqueues it. Idempotent: after a crash or a
 * conflict the same page leads to the same rows. Throws `LedgerConflict` after several tries.
 */
export async function recordPage(
  page: AuditPage,
  slots: Slots,
  room: RecordingRoom,
): Promise<PageResult> {
  await keepAside(page, room);
  if (page.records.length === 0) return { recorded: 0, notifications: 0, slots, open: [] };
  for (let tried = 1; ; tried += 1) {
    try {
      return await tryPage(page, slots, room);
    } catch (error) {
      if (!(error instanceof LedgerConflict) || tried >= mostTries) throw error;
      room.log('warn', 'ledger.conflict', { tried });
    }
  }
}

async function tryPage(page: AuditPage, slots: Slots, room: RecordingRoom): Promise<PageResult> {
  const times = page.records.map((record) => record.activityDateTime).sort();
  const [oldest = '', newest = ''] = [times[0], times.at(-1)];
  const range = await room.ledger.readRange(
    keyTimeAfter(oldest, -groupingMarginMs),
    keyTimeAfter(newest, groupingMarginMs),
  );
  const unseen = new Map(
    page.records.map((record) => [auditRef(record.activityDateTime, record.id).key, record]),
  );
  for (const key of range.seen) unseen.delete(key);
  const open = range.notifications.map(({ notification }) => notification);
  if (unseen.size === 0) return { recorded: 0, notifications: 0, slots, open };

  const news = [...unseen.values()].map((record) => ({
    record,
    verdict: recognise(record, room.muted),
  }));
  const now = room.now();
  const grouped = groupChanges(news, range.notifications, room.group, now);
  const pending = grouped.inserts.filter(({ state }) => state === 'pending');
  const plan = paceSends(pending, room.senders, slots, room.ratePerMinute, now);
  const inserts = [...plan.paced, ...grouped.inserts.filter(({ state }) => state !== 'pending')];
  await room.ledger.record({ ...grouped, inserts }, range.fences);
  const hastened = grouped.updates.flatMap(({ notification }) =>
    new Date(notification.notBefore) <= now ? notification : [],
  );
  await room.queue.enqueue(
    [...plan.paced, ...hastened].map((row) => ({ row, at: new Date(row.notBefore) })),
  );
  const { suppressed = [] } = Object.groupBy(grouped.inserts, ({ state }) => state);
  if (suppressed.length > 0) {
    room.log('info', 'changes.suppressed', { count: suppressed.length });
  }
  const untold = grouped.audits.filter(({ verdict }) => verdict === 'suppressed').length;
  if (untold > 0) room.log('info', 'records.suppressed', { count: untold });
  return { recorded: unseen.size, notifications: plan.paced.length, slots: plan.slots, open };
}

async function keepAside({ unparsable }: AuditPage, { ledger, log, now }: RecordingRoom) {
  for (const row of unparsable) {
    if (await ledger.keepAside(row, now())) {
      // The reason names the field and what is wrong with it, never its value.
      log('error', 'records.unparsable', { reason: row.reason });
    }
  }
}
