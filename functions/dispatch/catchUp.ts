import { readPages } from '../audit/readPages.ts';
import {
  advance,
  afterSlice,
  firstSlice,
  firstState,
  type PollState,
  planSpan,
  type Span,
  type Window,
  worthSaving,
} from '../audit/windows.ts';
import type { Graph } from '../graph/client.ts';
import type { Notification } from '../ledger/notification.ts';
import type { Progress } from '../ledger/progress.ts';
import { type RecordingRoom, recordPage } from './recordPage.ts';

/** What reading the log needs beside recording it. Times in milliseconds. */
export interface ReadingRoom extends Omit<RecordingRoom, 'group'> {
  readonly graph: Graph;
  readonly pace: () => Promise<void>;
  readonly group: Omit<RecordingRoom['group'], 'startedAt'>;
  readonly overlapMinutes: number;
  readonly initialLookbackMinutes: number;
  /** A run that takes longer goes on with the next. */
  readonly budgetMs: number;
}

/** What one run did. */
export interface RunResult {
  readonly pages: number;
  readonly records: number;
  readonly recorded: number;
  readonly notifications: number;
  /** The newest run reached its own present. */
  readonly complete: boolean;
  /** Open notifications among the rows that were read. */
  readonly open: readonly Notification[];
}

/**
 * One poll: reads what is new, window by window, oldest first, and records it. The place where
 * reading goes on moves after each recorded page, the watermark with it. Throws what Graph and the
 * ledger throw; whatever was recorded by then stays.
 */
export async function catchUp(room: ReadingRoom): Promise<RunResult> {
  const started = room.now();
  const stored = await room.ledger.readProgress();
  const poll = stored?.progress.poll ?? firstState(started, room.initialLookbackMinutes);
  const run = new Run(room, { poll, slots: stored?.progress.slots ?? {} }, stored?.etag);
  if (!stored) await run.save();
  let span: Span | undefined = planSpan(poll, started, room.overlapMinutes);
  while (span) {
    const slice = firstSlice(span);
    const before = run.result.pages;
    if (!(await run.readPagesOf(slice, started, true))) break;
    span = afterSlice(span, slice, run.result.pages - before);
    await run.leave(slice, span === undefined, started);
    if (run.isOver(started)) break;
  }
  return run.result;
}

/** Reads one span of time again, for rows that arrived later than any overlap. Moves nothing. */
export async function reread(room: ReadingRoom, window: Window): Promise<RunResult> {
  const stored = await room.ledger.readProgress();
  const poll = stored?.progress.poll ?? firstState(room.now(), room.initialLookbackMinutes);
  const run = new Run(room, { poll, slots: stored?.progress.slots ?? {} }, undefined);
  const from = laterOf(poll.startedAt, window.from);
  if (Date.parse(from) < Date.parse(window.to))
    await run.readPagesOf({ from, to: window.to }, room.now(), false);
  return run.result;
}

class Run {
  readonly #room: ReadingRoom;
  #progress: Progress;
  #saved: PollState | undefined;
  #etag: string | undefined;
  #newest: string | undefined;
  #open = new Map<string, Notification>();
  #counts = { pages: 0, records: 0, recorded: 0, notifications: 0, complete: false };

  constructor(room: ReadingRoom, progress: Progress, etag: string | undefined) {
    this.#room = room;
    this.#progress = progress;
    this.#saved = etag === undefined ? undefined : progress.poll;
    this.#etag = etag;
  }

  get result(): RunResult {
    return { ...this.#counts, open: [...this.#open.values()] };
  }

  async save(): Promise<void> {
    this.#etag = await this.#room.ledger.writeProgress(this.#progress, this.#etag);
    this.#saved = this.#progress.poll;
  }

  isOver(started: Date): boolean {
    return this.#room.now().getTime() - started.getTime() > this.#room.budgetMs;
  }

  /** True when the window was read to its end within the run's time. */
  async readPagesOf(window: Window, started: Date, moves: boolean): Promise<boolean> {
    const { graph, pace } = this.#room;
    const group = { ...this.#room.group, startedAt: this.#progress.poll.startedAt };
    let readTo = window.from;
    let ascending = true;
    for await (const page of readPages(graph, window, pace)) {
      const result = await recordPage(page, this.#progress.slots, { ...this.#room, group });
      for (const row of result.open) this.#open.set(row.key, row);
      this.#counts.pages += 1;
      this.#counts.records += page.records.length;
      this.#counts.recorded += result.recorded;
      this.#counts.notifications += result.notifications;
      this.#progress = { ...this.#progress, slots: result.slots };

      // Only rows in order prove that all before the last of them have been read.
      for (const { activityDateTime } of page.records) {
        if (Date.parse(activityDateTime) < Date.parse(readTo) - 1000) ascending = false;
        else readTo = activityDateTime;
        this.#newest = laterOf(this.#newest, activityDateTime);
      }
      if (page.last) return true;
      if (moves && ascending) await this.#move(readTo, false);
      if (this.isOver(started)) return false;
    }
    return false;
  }

  /** The window is recorded: the next one begins where it ended. */
  async leave(window: Window, last: boolean, started: Date): Promise<void> {
    this.#counts.complete = last;
    const slotsTaken = this.#counts.notifications > 0;
    await this.#move(window.to, last, started, slotsTaken);
  }

  async #move(readTo: string, complete: boolean, at = this.#room.now(), always = !complete) {
    const newest = this.#newest;
    const poll = advance(
      this.#progress.poll,
      { readTo, complete, ...(newest !== undefined && { newest }) },
      at,
    );
    this.#progress = { ...this.#progress, poll };
    if (always || !this.#saved || worthSaving(this.#saved, poll)) await this.save();
  }
}

const laterOf = (one: string | undefined, other: string) =>
  one !== undefined && Date.parse(one) > Date.parse(other) ? one : other;
