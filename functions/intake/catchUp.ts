import { besideUnhurried, type Pace } from '../audit/pacer.ts';
import { auditQuery, readPages, type Watch } from '../audit/pages.ts';
import {
  advance,
  afterSlice,
  firstSlice,
  firstState,
  type PollState,
  planSpan,
  type Span,
  tickSlackMs,
  type Window,
  worthSaving,
} from '../audit/windows.ts';
import type { Graph } from '../graph/client.ts';
import type { LedgerView } from '../ledger/ledgerView.ts';
import { type AppState, pollsAlone } from '../ledger/progress.ts';
import { type Counts, nothingRecorded, plus } from './counts.ts';
import { updateUserMinutes } from './crowding.ts';
import type { GroupSettings } from './group.ts';
import { recordAll } from './recordAll.ts';
import { Recorder } from './recorder.ts';
import type { RecordingRoom } from './recordPage.ts';

/** What reading the log needs beside recording it. */
export interface ReadingRoom extends RecordingRoom {
  readonly graph: Graph;
  readonly pace: Pace;
  readonly group: Omit<GroupSettings, 'startedAt'>;
  /** Activities, as Microsoft spells them, that the settings add to the query. */
  readonly extraActivities: readonly string[];
  readonly watchUpdateUser: boolean;
  /** Rows come by an event hub as well. */
  readonly eventHub: boolean;
  readonly overlapMinutes: number;
  readonly initialLookbackMinutes: number;
  /** A run that takes longer, in milliseconds, goes on with the next. */
  readonly budgetMs: number;
  /** Given what is remembered, as the run finds it. */
  readonly remembered?: (state: AppState) => void;
}

/** How much was read, and what became of it. */
interface ReadCounts extends Counts {
  readonly pages: number;
  readonly records: number;
}

const nothingRead: ReadCounts = { pages: 0, records: 0, ...nothingRecorded };

const together = (one: ReadCounts, other: ReadCounts): ReadCounts => ({
  pages: one.pages + other.pages,
  records: one.records + other.records,
  ...plus(one, other),
});

/** What one run did. */
export interface RunResult extends ReadCounts {
  /** Everything up to the present, or to the end of what was asked for, has been read. */
  readonly complete: boolean;
  /** Where to go on, if not. */
  readonly readTo: string;
  /** It went on where another run had ended, and not with the overlap. */
  readonly resumed: boolean;
  /** Rows of the watched query in a minute of the log, as far as it was read. */
  readonly rowsPerMinute: number;
  /** The same of "Update user", where it was asked for. */
  readonly updateUserPerMinute?: number;
}

/** Progress is written so often, in pages: what a crash loses is read again. */
const pagesBetweenSaves = 5;

const updateUserMs = updateUserMinutes * 60_000;

/**
 * One poll: reads what is new, oldest first, and records it. The place where reading goes on moves
 * after each recorded page, the watermark with it. Throws what Graph and the ledger throw; whatever
 * was recorded by then stays.
 */
export async function catchUp(given: ReadingRoom, view?: LedgerView): Promise<RunResult> {
  const state = await given.ledger.readState();
  given.remembered?.(state);
  const alone = pollsAlone(state.chores, given.now());
  const room = alone ? given : { ...given, pace: () => given.pace(besideUnhurried) };
  const recorder = new Recorder(room, state, view);
  const run = new Run(room, 'watched', state, recorder);
  try {
    await run.catchUp();
    const { updateUser } = state.polls;
    const since = room.now().getTime() - Date.parse(updateUser?.value.polledAt ?? '1970-01-01');
    if (!room.watchUpdateUser || since < updateUserMs - tickSlackMs) return run.result;
    const second = new Run(room, 'updateUser', state, recorder);
    await second.catchUp();
    const [first, then] = [run.result, second.result];
    return {
      ...first,
      ...together(first, then),
      complete: first.complete && then.complete,
      resumed: first.resumed || then.resumed,
      updateUserPerMinute: then.rowsPerMinute,
    };
  } finally {
    await recorder.lanes.save();
  }
}

/** From where each query is to be read again; one that is absent has been. */
export type Rereading = { readonly [W in Watch]?: string };

/**
 * Reads a span of time again, for rows that came later than any overlap. Moves no watermark. `left`: from
 * where each query has still to be read: a busy tenant takes more than one run, and the two come forward
 * at their own pace.
 */
export async function reread(
  room: ReadingRoom,
  from: Rereading,
  to: string,
): Promise<ReadCounts & { readonly left: Rereading }> {
  const state = await room.ledger.readState();
  const recorder = new Recorder(room, state);
  let read = nothingRead;
  const left: { [W in Watch]?: string } = {};
  try {
    for (const watch of ['watched', 'updateUser'] as const) {
      const begin = from[watch];
      if (begin === undefined || (watch === 'updateUser' && !room.watchUpdateUser)) continue;
      // The time is up.
      if (Object.keys(left).length > 0) {
        left[watch] = begin;
        continue;
      }
      const run = new Run(room, watch, state, recorder);
      await run.reread({ from: begin, to });
      read = together(read, run.result);
      if (!run.result.complete) left[watch] = run.result.readTo;
    }
    return { ...read, left };
  } finally {
    await recorder.lanes.save();
  }
}

class Run {
  readonly #room: ReadingRoom;
  readonly #watch: Watch;
  readonly #started: Date;
  #poll: PollState;
  #saved: PollState | undefined;
  #etag: string | undefined;
  readonly #recorder: Recorder;
  readonly #resumed: boolean;
  #newest: string | undefined;
  #readFrom: string | undefined;
  #readTo = '';
  #read = nothingRead;
  #complete = false;

  constructor(room: ReadingRoom, watch: Watch, { polls }: AppState, recorder: Recorder) {
    this.#room = room;
    this.#recorder = recorder;
    this.#watch = watch;
    this.#started = room.now();
    // Whatever is watched later was not watched before either: one start for both.
    const first = polls.watched?.value.startedAt;
    const fresh = firstState(this.#started, room.initialLookbackMinutes);
    const stored = polls[watch];
    this.#poll = stored?.value ?? (first ? { ...fresh, startedAt: first } : fresh);
    this.#saved = stored?.value;
    this.#resumed = this.#poll.resumeFrom !== undefined;
    this.#etag = stored?.etag;
  }

  get result(): RunResult {
    return {
      ...this.#read,
      complete: this.#complete,
      readTo: this.#readTo,
      resumed: this.#resumed,
      rowsPerMinute: Math.round(this.#read.records / this.#minutesRead()),
    };
  }

  /** At least one: what is read past the present holds nothing. */
  #minutesRead(): number {
    const to = Math.min(Date.parse(this.#newest ?? ''), this.#started.getTime());
    return Math.max(1, (to - Date.parse(this.#readFrom ?? '')) / 60_000 || 1);
  }

  async catchUp(): Promise<void> {
    if (!this.#saved) await this.#save();
    const { overlapMinutes } = this.#room;
    let span: Span | undefined = planSpan(this.#poll, this.#started, overlapMinutes);
    while (span) {
      const slice = firstSlice(span);
      const before = this.#read.pages;
      if (!(await this.#readWindow(slice, true))) break;
      span = afterSlice(span, slice, this.#read.pages - before);
      this.#complete = span === undefined;
      await this.#move(slice.to, this.#complete);
      if (this.#isOver()) break;
    }
  }

  async reread(window: Window): Promise<void> {
    const from = laterOf(this.#poll.startedAt, window.from);
    const empty = Date.parse(from) >= Date.parse(window.to);
    this.#complete = empty || (await this.#readWindow({ from, to: window.to }, false));
  }

  #isOver(): boolean {
    return this.#room.now().getTime() - this.#started.getTime() > this.#room.budgetMs;
  }

  /** True when the window was read to its end within the run's time. */
  async #readWindow(window: Window, moves: boolean): Promise<boolean> {
    const { graph, pace, extraActivities } = this.#room;
    const group = { ...this.#room.group, startedAt: this.#poll.startedAt };
    const query = auditQuery(window, this.#watch, extraActivities);
    this.#readFrom ??= window.from;
    this.#readTo = window.from;
    let ascending = true;
    let reached = Date.parse(window.from);
    let newest = Date.parse(this.#newest ?? '1970-01-01');
    const pages = readPages(graph, query, pace, this.#recorder.isKnown);
    for await (const { page, result, hasNext } of recordAll(this.#recorder, pages, group)) {
      if (moves) this.#recorder.know(page);
      this.#read = together(this.#read, { pages: 1, records: page.times.length, ...result });

      // Only rows in order prove that all before the last of them have been read.
      for (const text of page.times) {
        const time = Date.parse(text);
        if (time < reached - 1000) ascending = false;
        else [reached, this.#readTo] = [time, text];
        if (time > newest) [newest, this.#newest] = [time, text];
      }
      if (page.last) return true;
      const over = this.#isOver();
      const isDue = over || this.#read.pages % pagesBetweenSaves === 0;
      if (isDue && moves && ascending) await this.#move(this.#readTo, false);
      // Reading may take seconds, and a mail that missed its slot would be given one of these again.
      else if (isDue || !hasNext) await this.#recorder.lanes.save();
      if (over) return false;
    }
    return false;
  }

  async #move(readTo: string, complete: boolean): Promise<void> {
    const newest = this.#newest;
    const progress = { readTo, complete, ...(newest !== undefined && { newest }) };
    this.#poll = advance(this.#poll, progress, this.#started);
    if (!complete || !this.#saved || worthSaving(this.#saved, this.#poll)) await this.#save();
    else await this.#recorder.lanes.save();
  }

  async #save(): Promise<void> {
    const poll = { value: this.#poll, ...(this.#etag !== undefined && { etag: this.#etag }) };
    this.#etag = await this.#recorder.lanes.saveWith(this.#watch, poll);
    this.#saved = this.#poll;
  }
}

const laterOf = (one: string, other: string) => (Date.parse(one) > Date.parse(other) ? one : other);
