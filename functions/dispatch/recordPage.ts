import type { SecurityInfoChange } from '../audit/change.ts';
import type { AuditPage } from '../audit/readPages.ts';
import { type RecognitionRules, recognise } from '../audit/recognise.ts';
import { auditRef, keyTimeAfter, reference } from '../ledger/keys.ts';
import { type Ledger, LedgerConflict } from '../ledger/ledger.ts';
import type { Notification } from '../ledger/notification.ts';
import type { Slots } from '../ledger/progress.ts';
import type { Clock, Log } from '../log.ts';
import { bulkWindowMs, guardBulk } from './bulk.ts';
import { type GroupSettings, groupChanges, groupingMarginMs, type NewRecord } from './group.ts';
import { paceSends } from './pace.ts';
import type { NotificationQueue } from './queue.ts';

/** What recording a page needs. */
export interface RecordingRoom {
  readonly ledger: Ledger;
  readonly queue: NotificationQueue;
  readonly now: Clock;
  readonly log: Log;
  readonly group: GroupSettings;
  readonly rules: RecognitionRules;
  readonly senders: readonly [string, ...string[]];
  readonly ratePerMinute: number;
  /** Users that one initiator may change within an hour before it counts as bulk. */
  readonly bulkLimit: number;
}

/** What became of a page. */
export interface PageResult {
  /** Rows that were not in the ledger yet. */
  readonly recorded: number;
  readonly notifications: number;
  /** Changes that were not known before, and those of an unknown method among them. */
  readonly recognised: number;
  readonly unknown: number;
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
  if (page.records.length === 0) return { ...nothing, slots, open: [] };
  const attempted = new Set<string>();
  for (let tried = 1; ; tried += 1) {
    try {
      return await tryPage(page, slots, attempted, room);
    } catch (error) {
      if (!(error instanceof LedgerConflict) || tried >= mostTries) throw error;
      // Nothing is wrong: a poll and a sweep met, and one of them looks again.
      room.log('info', 'ledger.conflict', { tried });
    }
  }
}

/** `attempted`: keys of notifications that an earlier try may have recorded before its conflict. */
async function tryPage(
  page: AuditPage,
  slots: Slots,
  attempted: Set<string>,
  room: RecordingRoom,
): Promise<PageResult> {
  const times = page.records.map((record) => record.activityDateTime).sort();
  const [oldest = '', newest = ''] = [times[0], times.at(-1)];
  const margin = groupingMarginMs(room.group);
  const range = await room.ledger.readRange(
    keyTimeAfter(oldest, -Math.max(margin, bulkWindowMs)),
    keyTimeAfter(newest, margin),
  );
  const unseen = new Map(
    page.records.map((record) => [auditRef(record.activityDateTime, record.id).key, record]),
  );
  for (const key of range.seen) unseen.delete(key);
  const open = range.notifications.map(({ notification }) => notification);
  const recordedBefore = open.filter(({ key, state }) => attempted.has(key) && state === 'pending');
  await enqueue(recordedBefore, room);
  if (unseen.size === 0) return { ...nothing, slots, open };

  const news = [...unseen.values()].map((record) => ({
    record,
    verdict: recognise(record, room.rules),
  }));
  const now = room.now();
  const from = keyTimeAfter(oldest, -margin);
  const related = range.notifications.filter(
    ({ notification: { key, summary, test } }) => key >= from && !summary && !test,
  );
  const grouped = groupChanges(news, related, room.group, now);
  const { inserts, summaries } = guardBulk(grouped.inserts, open, room.bulkLimit, now);
  const { pending = [], suppressed = [] } = Object.groupBy(inserts, ({ state }) => state);
  const plan = paceSends(pending, room.senders, slots, room.ratePerMinute, now);
  const noticed = [...summaries.values()];
  for (const { key } of [...plan.paced, ...noticed]) attempted.add(key);
  // Before it is recorded: a crash in between says it twice, rather than never.
  for (const row of noticed) reportBulk(row, inserts, room);
  const recording = { ...grouped, inserts: [...plan.paced, ...suppressed], summaries };
  await room.ledger.record(recording, range.fences);
  const hastened = grouped.updates.flatMap(({ notification }) =>
    new Date(notification.notBefore) <= now ? notification : [],
  );
  await enqueue([...plan.paced, ...noticed, ...hastened], room);
  if (suppressed.length > 0) {
    room.log('info', 'changes.suppressed', { count: suppressed.length });
  }
  const untold = grouped.audits.filter(({ verdict }) => verdict === 'suppressed').length;
  if (untold > 0) room.log('info', 'records.suppressed', { count: untold });
  for (const row of news) reportUnknown(row, room);
  const before = new Map(related.map(({ notification }) => [notification.key, notification]));
  const updated = grouped.updates.map(({ notification }) => notification);
  const changes = [...inserts, ...updated].flatMap((row) =>
    row.changes.slice(before.get(row.key)?.changes.length ?? 0),
  );
  for (const change of changes) reportChange(change, room);
  return {
    recorded: unseen.size,
    notifications: plan.paced.length,
    recognised: changes.length,
    unknown: changes.filter(isUnknown).length,
    slots: plan.slots,
    open,
  };
}

const nothing = { recorded: 0, notifications: 0, recognised: 0, unknown: 0 };

const isUnknown = ({ method }: SecurityInfoChange) => method === 'unknown';

/** What happened, to nobody in particular. */
function reportChange({ action, method, initiator }: SecurityInfoChange, { log }: RecordingRoom) {
  log('info', 'change.recognised', { action, method, initiator: initiator.kind });
}

/** An activity that the catalogue does not name: Microsoft's own text, and the row to look at. */
function reportUnknown({ record, verdict }: NewRecord, { log }: RecordingRoom) {
  if (verdict.kind !== 'change' || !verdict.changes.some(isUnknown)) return;
  const { id, activityDisplayName, loggedByService } = record;
  log('warn', 'activity.unknown', {
    auditId: id,
    activity: activityDisplayName.slice(0, 200),
    service: loggedByService?.slice(0, 200),
  });
}

function reportBulk(row: Notification, inserts: readonly Notification[], { log }: RecordingRoom) {
  log('error', 'bulk.guard', {
    reference: reference(row),
    initiator: row.changes[0]?.initiator.id,
    users: row.summary?.users,
    found: inserts.filter(({ bulk }) => bulk).length,
  });
}

const enqueue = (rows: readonly Notification[], { queue }: RecordingRoom) =>
  queue.enqueue(rows.map((row) => ({ row, at: new Date(row.notBefore) })));

async function keepAside({ unparsable }: AuditPage, { ledger, log, now }: RecordingRoom) {
  for (const row of unparsable) {
    if (await ledger.keepAside(row, now())) {
      // The reason names the field and what is wrong with it, never its value.
      log('error', 'records.unparsable', { reason: row.reason }, { 'records.unparsable': 1 });
    }
  }
}
