import type { AuditPage } from '../audit/pages.ts';
import { auditRef, keyTimeAfter, reference } from '../ledger/keys.ts';
import { type Ledger, LedgerConflict } from '../ledger/ledger.ts';
import { LedgerView } from '../ledger/ledgerView.ts';
import type { Notification } from '../ledger/notification.ts';
import type { AppState } from '../ledger/progress.ts';
import { messageFor, type NotificationQueue } from '../ledger/queue.ts';
import type { Clock, Log } from '../log.ts';
import { type CopySettings, planSends } from '../pacing/plan.ts';
import { PlannedLanes } from '../pacing/plannedLanes.ts';
import type { SecurityInfoChange } from '../recognise/change.ts';
import type { SyncIdentities } from '../recognise/initiator.ts';
import { type RecognitionRules, recognise } from '../recognise/recognise.ts';
import type { AuditRecord } from '../recognise/record.ts';
import { bulkWindowMs, guardBulk } from './bulk.ts';
import { type GroupSettings, groupChanges, groupingMarginMs, type NewRecord } from './group.ts';

/** What recording a page needs. */
export interface RecordingRoom {
  readonly ledger: Ledger;
  readonly queue: NotificationQueue;
  readonly now: Clock;
  readonly log: Log;
  readonly rules: RecognitionRules;
  /** What on-premises directories are synchronised with. Asked where somebody else acted. */
  readonly sync?: () => Promise<SyncIdentities>;
  readonly senders: readonly [string, ...string[]];
  readonly ratePerMinute: number;
  readonly copies: CopySettings;
  /** Users that one initiator may change within an hour before it counts as bulk. */
  readonly bulkLimit: number;
}

/** What became of a page. */
interface PageResult {
  /** Rows that were not in the ledger yet. */
  readonly recorded: number;
  readonly notifications: number;
  /** Changes that were not known before, and those of an unknown method among them. */
  readonly recognised: number;
  readonly unknown: number;
  /** Notifications around the page that the ledger had before the run. */
  readonly known: readonly Notification[];
}

/** Two recorders seldom meet; more often than this, the next poll does it. */
const mostTries = 5;

/** Records the pages of one run. What it knows of the ledger and of the slots it keeps until its end. */
export class Recorder {
  readonly #room: RecordingRoom;
  readonly #view: LedgerView;
  readonly lanes: PlannedLanes;

  /** `view`: what the process knows of the ledger from earlier runs. */
  constructor(
    room: RecordingRoom,
    state: Pick<AppState, 'lanes' | 'pauses'>,
    view = new LedgerView(room.ledger),
  ) {
    this.#room = room;
    this.#view = view;
    view.age();
    this.lanes = new PlannedLanes(room.ledger, state);
  }

  /**
   * Records what is new on a page, exactly once, and enqueues it. Idempotent: after a crash or a
   * conflict the same page leads to the same rows. `lanes` is to be saved afterwards. Throws
   * `LedgerConflict` after several tries.
   */
  async record(page: AuditPage, group: GroupSettings): Promise<PageResult> {
    await keepAside(page, this.#room);
    if (page.records.length === 0) return { ...nothing, known: [] };
    const attempted = new Set<string>();
    for (let tried = 1; ; tried += 1) {
      try {
        return await this.#try(page, group, attempted);
      } catch (error) {
        if (!(error instanceof LedgerConflict) || tried >= mostTries) throw error;
        this.#view.forget();
        // Nothing is wrong: a poll and a sweep met, and one of them looks again.
        this.#room.log('info', 'ledger.conflict', { tried });
      }
    }
  }

  /** `attempted`: keys of notifications that an earlier try may have recorded before its conflict. */
  async #try(page: AuditPage, group: GroupSettings, attempted: Set<string>): Promise<PageResult> {
    const room = this.#room;
    const times = page.records.map((record) => record.activityDateTime).sort();
    const [oldest = '', newest = ''] = [times[0], times.at(-1)];
    const margin = groupingMarginMs(group);
    const range = await this.#view.cover(
      keyTimeAfter(oldest, -Math.max(margin, bulkWindowMs)),
      keyTimeAfter(newest, margin),
    );
    const unseen = new Map(
      page.records.map((record) => [auditRef(record.activityDateTime, record.id).key, record]),
    );
    for (const key of unseen.keys()) if (range.seen.has(key)) unseen.delete(key);
    const known = range.fresh.map(({ notification }) => notification);
    if (unseen.size === 0 && attempted.size === 0) return { ...nothing, known };
    const stored = range.notifications();
    const all = stored.map(({ notification }) => notification);
    const recordedBefore = all.filter(
      ({ key, state }) => attempted.has(key) && state === 'pending',
    );
    await enqueue(recordedBefore, room);
    if (unseen.size === 0) return { ...nothing, known };

    const news = await understand([...unseen.values()], room);
    const now = room.now();
    const from = keyTimeAfter(oldest, -margin);
    const related = stored.filter(
      ({ notification: { key, summary, test } }) => key >= from && !summary && !test,
    );
    const grouped = groupChanges(news, related, group, now);
    const gaining = grouped.updates.map(({ notification }) => notification);
    if (await this.#view.renew(gaining)) return this.#try(page, group, attempted);
    const { inserts, summaries } = guardBulk(grouped.inserts, all, room.bulkLimit, now);
    const { pending = [], suppressed = [] } = Object.groupBy(inserts, ({ state }) => state);
    const mailboxes = { ...room, pauses: this.lanes.pauses };
    const plan = planSends(pending, mailboxes, this.lanes.now, room.copies, now);
    const noticed = [...summaries.values()];
    for (const { key } of [...plan.paced, ...noticed]) attempted.add(key);
    // Before it is recorded: a crash in between says it twice, rather than never.
    for (const row of noticed) reportBulk(row, inserts, room);
    const recording = { ...grouped, inserts: [...plan.paced, ...suppressed], summaries };
    const hastened = grouped.updates.flatMap(({ notification }) =>
      notification.state === 'pending' && new Date(notification.notBefore) <= now
        ? notification
        : [],
    );
    for (const { key } of hastened) attempted.add(key);
    // Before, too: what is recorded of it when a later part is refused has its slots.
    if (pending.length > 0) this.lanes.set(plan.lanes);
    await this.#view.record(recording);
    if (plan.preempts) await this.lanes.save();
    await enqueue([...plan.paced, ...noticed, ...hastened], room);
    if (suppressed.length > 0) {
      room.log('info', 'changes.suppressed', { count: suppressed.length });
    }
    const untold = grouped.audits.filter(({ verdict }) => verdict === 'suppressed').length;
    if (untold > 0) room.log('info', 'records.suppressed', { count: untold });
    const suppressedKeys = new Set(
      grouped.audits.flatMap(({ verdict, auditId }) => (verdict === 'suppressed' ? auditId : [])),
    );
    for (const row of news) {
      reportUnknown(row, room);
      if (suppressedKeys.has(row.record.id)) reportNobody(row, room);
    }
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
      known,
    };
  }
}

/** What records mean. Who synchronises is asked only where it matters. */
async function understand(
  records: readonly AuditRecord[],
  { rules, sync }: RecordingRoom,
): Promise<NewRecord[]> {
  const news = records.map((record) => ({ record, verdict: recognise(record, rules) }));
  if (
    !sync ||
    !news.some(({ verdict }) => 'changes' in verdict && verdict.changes.some(byOthers))
  ) {
    return news;
  }
  const known = { ...rules, sync: await sync() };
  return news.map(({ record }) => ({ record, verdict: recognise(record, known) }));
}

const byOthers = ({ initiator: { kind, id } }: SecurityInfoChange) =>
  id !== undefined && (kind === 'administrator' || kind === 'application' || kind === 'unknown');

const nothing = { recorded: 0, notifications: 0, recognised: 0, unknown: 0 };

const isUnknown = ({ method }: SecurityInfoChange) => method === 'unknown';

/** What happened, to nobody in particular. */
function reportChange({ action, method, initiator }: SecurityInfoChange, { log }: RecordingRoom) {
  log('info', 'change.recognised', { action, method, initiator: initiator.kind });
}

/** What we have no name for: Microsoft's own text, and the row to look at. */
function reportUnknown({ record, verdict }: NewRecord, { log }: RecordingRoom) {
  if (verdict.kind !== 'change' || !verdict.changes.some((one) => isUnknown(one) && !one.held)) {
    return;
  }
  if (verdict.listed) log('warn', 'method.unknown', saying(record));
  else log('warn', 'activity.unknown', saying(record));
}

/** A change that nobody can be told of: no row says whose it is. */
const reportNobody = ({ record }: NewRecord, { log }: RecordingRoom) =>
  log('error', 'record.nobody', saying(record), { 'record.nobody': 1 });

const saying = ({ id, activityDisplayName, loggedByService }: NewRecord['record']) => ({
  auditId: id,
  activity: activityDisplayName.slice(0, 200),
  service: loggedByService?.slice(0, 200),
});

function reportBulk(row: Notification, inserts: readonly Notification[], { log }: RecordingRoom) {
  log('error', 'bulk.guard', {
    reference: reference(row),
    initiator: row.changes[0]?.initiator.id,
    users: row.summary?.users,
    found: inserts.filter(({ bulk }) => bulk).length,
  });
}

const enqueue = (rows: readonly Notification[], { queue }: RecordingRoom) =>
  queue.enqueue(rows.map((row) => messageFor(row, new Date(row.notBefore))));

async function keepAside({ unparsable }: AuditPage, { ledger, log, now }: RecordingRoom) {
  for (const row of unparsable) {
    if (await ledger.keepAside(row, now())) {
      // The reason names the field and what is wrong with it, never its value.
      log('error', 'records.unparsable', { reason: row.reason }, { 'records.unparsable': 1 });
    }
  }
}
