import { setImmediate } from 'node:timers/promises';
import type { AuditPage } from '../audit/pages.ts';
import { keyTimeAfter, type RowRef } from '../ledger/keys.ts';
import type { Lanes } from '../ledger/lanes.ts';
import { type Ledger, LedgerConflict } from '../ledger/ledger.ts';
import type { Covered, LedgerView } from '../ledger/ledgerView.ts';
import type { Notification } from '../ledger/notification.ts';
import { messageFor, type NotificationQueue } from '../ledger/queue.ts';
import type { Clock, Log } from '../log.ts';
import { withRecorded } from '../pacing/plan.ts';
import type { PlannedLanes } from '../pacing/plannedLanes.ts';
import { writtenAddresses } from '../recognise/addressChange.ts';
import { retry } from '../retry.ts';
import { bulkWindowMs } from './bulk.ts';
import type { Counts } from './counts.ts';
import { decidePage, type PagePlan, type PageRules, unseenOf } from './decidePage.ts';
import { type GroupSettings, groupingMarginMs, type NewRecord } from './group.ts';
import { isUnknown, report, reportBulk } from './reportPage.ts';
import { type UnderstandingRoom, understand } from './understand.ts';

/** What recording a page needs. */
export interface RecordingRoom extends Omit<PageRules, 'group'>, UnderstandingRoom {
  readonly ledger: Ledger;
  readonly queue: NotificationQueue;
  readonly now: Clock;
  readonly log: Log;
  /** Whether it is to be known which addresses of people are new: NOTIFY_OTHER_MAILS. */
  readonly notesAddresses?: boolean;
}

/** What became of a page. */
export interface PageResult extends Counts {
  /** Notifications around the page that the ledger had before the run. */
  readonly known: readonly Notification[];
}

/** What earlier tries of a page may have recorded before their conflict. */
interface Attempt {
  /** By key. */
  readonly due: Map<string, Notification>;
  /** The lanes without and with the slots of the last one, where it was refused. */
  lanes: { readonly before: Lanes; readonly given: Lanes } | undefined;
}

type Known = Omit<Covered, 'fresh'>;

/** What was decided about a page, and by what: it holds for as long as neither has changed. */
export interface Decided {
  readonly plan: PagePlan;
  readonly version: number;
  readonly lanes: Lanes;
  /** When, in ms since 1970. */
  readonly at: number;
}

/** Slots of what was decided longer ago, in ms, may have passed. */
const longestAheadMs = 2_000;

/** Two recorders seldom meet; more often than this, the next poll does it. */
const mostTries = 5;

/** Decides about pages that hold rows, and writes what was decided. Loaded when the first such page comes. */
export class PageRecorder {
  readonly #room: RecordingRoom;
  readonly #view: LedgerView;
  readonly #lanes: PlannedLanes;

  constructor(room: RecordingRoom, view: LedgerView, lanes: PlannedLanes) {
    this.#room = room;
    this.#view = view;
    this.#lanes = lanes;
  }

  /** See `Recorder`. Undefined where the page has no row that can be read. */
  async record(
    page: AuditPage,
    group: GroupSettings,
    ahead?: Decided,
    onWriting = () => {},
  ): Promise<PageResult | undefined> {
    await keepAside(page, this.#room);
    await noteAddresses(page, this.#room);
    if (page.records.length === 0) return undefined;
    this.#view.age(this.#room.now());
    const attempt: Attempt = { due: new Map(), lanes: undefined };
    const known = new Map<string, Notification>();
    const met = (error: unknown, tried: number) => {
      if (!(error instanceof LedgerConflict)) return false;
      // What the view learned of the first refusal was not enough.
      if (tried > 1) this.#view.forget();
      // Nothing is wrong: a poll and a sweep met, and one of them looks again.
      this.#room.log('info', 'ledger.conflict', { tried });
      return true;
    };
    const recorded = retry(mostTries, met, async () => {
      const covered = await this.#view.cover(...spanOf(page, group));
      for (const { notification } of covered.fresh) known.set(notification.key, notification);
      const holds = ahead !== undefined && this.#holds(ahead);
      if (!holds) ahead?.plan.recording.ready?.drop();
      const plan = holds ? ahead.plan : await this.#decide(page, group, covered, attempt);
      await this.#commit(plan, attempt, onWriting);
      return {
        recorded: plan.news.length,
        notifications: plan.told,
        recognised: plan.changes.length,
        unknown: plan.changes.filter(isUnknown).length,
        known: [...known.values()],
      };
    });
    return recorded.catch(async (error: unknown) => {
      await this.#giveUp(error, attempt, spanOf(page, group));
      throw error;
    });
  }

  /** What the last try recorded keeps its slots; where nobody can say what that is, all of it does. */
  async #giveUp(
    error: unknown,
    attempt: Attempt,
    span: readonly [from: string, to: string],
  ): Promise<void> {
    const { lanes } = attempt;
    if (!lanes) return;
    const isRefused = error instanceof LedgerConflict;
    const found = isRefused ? await this.#view.cover(...span).catch(() => undefined) : undefined;
    if (found) this.#keepSlots(attempt, found.notifications);
    else this.#lanes.set(lanes.given);
  }

  /** What was recorded of a plan that was refused, in part or by an answer that got lost, has its slots. */
  #keepSlots({ due, lanes }: Attempt, notifications: Covered['notifications']): void {
    if (!lanes) return;
    const isOurs = ({ key }: RowRef) => {
      const [own, found] = [due.get(key), notifications.get(key)?.notification];
      return (
        own !== undefined &&
        own.recordedAt === found?.recordedAt &&
        own.notBefore === found.notBefore &&
        own.sender === found.sender
      );
    };
    this.#lanes.set(withRecorded(lanes.before, lanes.given, isOurs));
  }

  /** Decides by what is known and, where a notification may have moved that gains something, by what it is now. */
  async #decide(
    page: AuditPage,
    group: GroupSettings,
    covered: Known,
    attempt: Attempt,
  ): Promise<PagePlan> {
    this.#keepSlots(attempt, covered.notifications);
    attempt.lanes = undefined;
    const news = await understand(unseenOf(page, covered), this.#room);
    const plan = this.#plan(news, group, covered, attempt.due);
    if (!(await this.#view.renew(gainingOf(plan)))) return plan;
    const again = await this.#view.cover(...spanOf(page, group));
    return this.#decide(page, group, again, attempt);
  }

  /** See `Recorder`. */
  async decideAhead(page: AuditPage, group: GroupSettings): Promise<Decided | undefined> {
    await setImmediate();
    const { version } = this.#view;
    const known = page.records.length > 0 && this.#view.known(...spanOf(page, group));
    if (!known) return undefined;
    const news = await understand(unseenOf(page, known), this.#room);
    await setImmediate();
    if (version !== this.#view.version) return undefined;
    const [lanes, at] = [this.#lanes.now, this.#room.now().getTime()];
    const plan = this.#plan(news, group, known, new Map());
    if (this.#view.isOld(gainingOf(plan))) return undefined;
    await setImmediate();
    const recording = this.#room.ledger.makeReady(plan.recording);
    return { plan: { ...plan, recording }, version, lanes, at };
  }

  /** Whether nothing has come between that it did not know of. */
  #holds({ version, lanes, at }: Decided): boolean {
    const age = Math.abs(this.#room.now().getTime() - at);
    return version === this.#view.version && lanes === this.#lanes.now && age < longestAheadMs;
  }

  #plan(
    news: readonly NewRecord[],
    group: GroupSettings,
    known: Known,
    attempted: Attempt['due'],
  ): PagePlan {
    const { now: lanes, pauses } = this.#lanes;
    const now = this.#room.now();
    const view = { ...known, lanes, pauses, attempted, now };
    return decidePage(news, view, { ...this.#room, group });
  }

  /**
   * Writes a plan, in the order in which each write may be the last one of a process: what is enqueued
   * is recorded, and what is recorded is enqueued now, by the next try or by the sweep.
   */
  async #commit(plan: PagePlan, attempt: Attempt, onWriting: () => void): Promise<void> {
    const room = this.#room;
    await enqueue(plan.overdue, room);
    for (const row of plan.due) attempt.due.set(row.key, row);
    // Before it is recorded: a crash in between says it twice, rather than never.
    for (const row of plan.noticed) reportBulk(row, plan.recording.inserts, room);
    const before = this.#lanes.now;
    if (plan.lanes) this.#lanes.set(plan.lanes);
    try {
      if (plan.news.length > 0) {
        await this.#view.record(plan.recording, onWriting);
      }
    } catch (error) {
      // Slots of what is not recorded stay free: with an event hub each poll would else take those of all
      // that came by the hub since the poll before.
      if (error instanceof LedgerConflict) {
        attempt.lanes = plan.lanes && { before, given: plan.lanes };
        this.#lanes.set(before);
      }
      throw error;
    }
    if (plan.preempts) await this.#lanes.save();
    await enqueue(plan.due, room);
    report(plan, room);
  }
}

/** The key times around a page within which the ledger has to be known. */
function spanOf({ records }: AuditPage, group: GroupSettings): readonly [from: string, to: string] {
  const times = records.map((record) => record.activityDateTime).sort();
  const [oldest = '', newest = ''] = [times[0], times.at(-1)];
  const margin = groupingMarginMs(group);
  return [keyTimeAfter(oldest, -Math.max(margin, bulkWindowMs)), keyTimeAfter(newest, margin)];
}

const gainingOf = ({ recording: { updates } }: PagePlan) =>
  updates.map(({ notification }) => notification);

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
