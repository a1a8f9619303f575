import type { AuditPage } from '../audit/pages.ts';
import { keyTimeAfter, reference } from '../ledger/keys.ts';
import type { Lanes } from '../ledger/lanes.ts';
import { type Ledger, LedgerConflict } from '../ledger/ledger.ts';
import { type Covered, LedgerView } from '../ledger/ledgerView.ts';
import type { Notification, StoredNotification } from '../ledger/notification.ts';
import type { AppState } from '../ledger/progress.ts';
import { messageFor, type NotificationQueue } from '../ledger/queue.ts';
import type { Clock, Log } from '../log.ts';
import { PlannedLanes } from '../pacing/plannedLanes.ts';
import { writtenAddresses } from '../recognise/addressChange.ts';
import type { SecurityInfoChange } from '../recognise/change.ts';
import type { SyncIdentities } from '../recognise/initiator.ts';
import { type RecognitionRules, recognise } from '../recognise/recognise.ts';
import type { AuditRecord } from '../recognise/record.ts';
import { retry } from '../retry.ts';
import { bulkWindowMs } from './bulk.ts';
import { decidePage, type PagePlan, type PageRules, unseenOf } from './decidePage.ts';
import { type GroupSettings, groupingMarginMs, type NewRecord } from './group.ts';

/** What recording a page needs. */
export interface RecordingRoom extends Omit<PageRules, 'group'> {
  readonly ledger: Ledger;
  readonly queue: NotificationQueue;
  readonly now: Clock;
  readonly log: Log;
  readonly rules: RecognitionRules;
  /** Whether it is to be known which addresses of people are new: NOTIFY_OTHER_MAILS. */
  readonly notesAddresses?: boolean;
  /** What on-premises directories are synchronised with. Asked where somebody else acted. */
  readonly sync?: () => Promise<SyncIdentities>;
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

/** What earlier tries of a page may have recorded before their conflict. */
interface Attempt {
  /** By key. */
  readonly due: Map<string, Notification>;
  /** The lanes with the slots of the last one, where it was refused. */
  lanes: Lanes | undefined;
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

  /** Whether a row has been recorded, as far as this process remembers: it need not be read again. */
  get isKnown(): LedgerView['isKnown'] {
    return this.#view.isKnown;
  }

  /**
   * Records what is new on a page, exactly once, and enqueues it. Idempotent: after a crash or a
   * conflict the same page leads to the same rows. `lanes` is to be saved afterwards. Throws
   * `LedgerConflict` after several tries.
   */
  async record(page: AuditPage, group: GroupSettings): Promise<PageResult> {
    await keepAside(page, this.#room);
    await noteAddresses(page, this.#room);
    if (page.records.length === 0) return { ...nothing, known: [] };
    const attempt: Attempt = { due: new Map(), lanes: undefined };
    const met = (error: unknown, tried: number) => {
      if (!(error instanceof LedgerConflict)) return false;
      this.#view.forget();
      // Nothing is wrong: a poll and a sweep met, and one of them looks again.
      this.#room.log('info', 'ledger.conflict', { tried });
      return true;
    };
    return retry(mostTries, met, () => this.#try(page, group, attempt));
  }

  async #try(page: AuditPage, group: GroupSettings, attempt: Attempt): Promise<PageResult> {
    const room = this.#room;
    const { fresh, notifications, ...known } = await this.#cover(page, group);
    this.#keepSlots(attempt, notifications);
    attempt.lanes = undefined;
    const unseen = unseenOf(page, known);
    if (unseen.length === 0 && attempt.due.size === 0) {
      this.#view.know(page.records);
      return { ...nothing, known: fresh.map(({ notification }) => notification) };
    }
    const news = await understand(unseen, room);
    const { now: lanes, pauses } = this.lanes;
    const now = room.now();
    const view = {
      ...known,
      notifications,
      lanes,
      pauses,
      attempted: attempt.due,
      now,
    };
    const plan = decidePage(news, view, { ...room, group });
    const gaining = plan.recording.updates.map(({ notification }) => notification);
    if (await this.#view.renew(gaining)) return this.#try(page, group, attempt);
    await this.#commit(plan, attempt);
    this.#view.know(page.records);
    return {
      recorded: plan.news.length,
      notifications: plan.told,
      recognised: plan.changes.length,
      unknown: plan.changes.filter(isUnknown).length,
      known: fresh.map(({ notification }) => notification),
    };
  }

  /** What was recorded of a plan that was refused, in part or by an answer that got lost, has its slots. */
  #keepSlots({ due, lanes }: Attempt, notifications: Covered['notifications']): void {
    if (!lanes) return;
    const isOurs = ({
      notification: { key, sender, notBefore, recordedAt },
    }: StoredNotification) => {
      const own = due.get(key);
      return own?.recordedAt === recordedAt && own.notBefore === notBefore && own.sender === sender;
    };
    if (notifications.all().some(isOurs)) this.lanes.set(lanes);
  }

  /** What the ledger knows around a page. */
  #cover({ records }: AuditPage, group: GroupSettings): Promise<Covered> {
    const times = records.map((record) => record.activityDateTime).sort();
    const [oldest = '', newest = ''] = [times[0], times.at(-1)];
    const margin = groupingMarginMs(group);
    return this.#view.cover(
      keyTimeAfter(oldest, -Math.max(margin, bulkWindowMs)),
      keyTimeAfter(newest, margin),
    );
  }

  /**
   * Writes a plan, in the order in which each write may be the last one of a process: what is enqueued
   * is recorded, and what is recorded is enqueued now, by the next try or by the sweep.
   */
  async #commit(plan: PagePlan, attempt: Attempt): Promise<void> {
    const room = this.#room;
    await enqueue(plan.overdue, room);
    for (const row of plan.due) attempt.due.set(row.key, row);
    // Before it is recorded: a crash in between says it twice, rather than never.
    for (const row of plan.noticed) reportBulk(row, plan.recording.inserts, room);
    const before = this.lanes.now;
    if (plan.lanes) this.lanes.set(plan.lanes);
    try {
      if (plan.news.length > 0) await this.#view.record(plan.recording);
    } catch (error) {
      // Slots of what is not recorded stay free: with an event hub each poll would else take those of all
      // that came by the hub since the poll before.
      if (error instanceof LedgerConflict) {
        attempt.lanes = plan.lanes;
        this.lanes.set(before);
      }
      throw error;
    }
    if (plan.preempts) await this.lanes.save();
    await enqueue(plan.due, room);
    report(plan, room);
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

/** Says what became of the rows, once it is written. */
function report({ news, recording, suppressed, changes }: PagePlan, room: RecordingRoom): void {
  if (suppressed.length > 0) room.log('info', 'changes.suppressed', { count: suppressed.length });
  const untold = new Set(
    recording.audits.flatMap(({ verdict, auditId }) => (verdict === 'suppressed' ? auditId : [])),
  );
  if (untold.size > 0) room.log('info', 'records.suppressed', { count: untold.size });
  for (const row of news) {
    reportUnknown(row, room);
    if (untold.has(row.record.id)) reportNobody(row, room);
  }
  for (const change of changes) reportChange(change, room);
}

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

/** Before the page counts as read: a mail to another address relies on it. */
async function noteAddresses(
  { records }: AuditPage,
  { ledger, notesAddresses, now }: RecordingRoom,
) {
  if (notesAddresses) await ledger.noteAddresses(records.flatMap(writtenAddresses), now());
}

async function keepAside({ unparsable }: AuditPage, { ledger, log, now }: RecordingRoom) {
  for (const row of unparsable) {
    if (await ledger.keepAside(row, now())) {
      // The reason names the field and what is wrong with it, never its value.
      log('error', 'records.unparsable', { reason: row.reason }, { 'records.unparsable': 1 });
    }
  }
}
