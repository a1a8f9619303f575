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

/** What one run did. */
export interface RunResult {
  readonly pages: number;
  readonly records: number;
  readonly recorded: number;
  readonly notifications: number;
  /** Changes that the new records mean, told or not. */
  readonly recognised: number;
  /** Those among them whose method we have no name for. */
  readonly unknown: number;
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
    const updateUserPerMinute = second.result.rowsPerMinute;
    return { ...together(run.result, second.result), updateUserPerMinute };
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
): Promise<RunResult & { readonly left: Rereading }> {
  const state = await room.ledger.readState();
  const recorder = new Recorder(room, state);
  const results: RunResult[] = [];
  const left: { [W in Watch]?: string } = {};
  try {
    for (const watch of ['watched', 'updateUser'] as const) {
      const begin = from[watch];
      if (begin === undefined || (watch === 'updateUser' && !room.watchUpdateUser)) continue;
      if (results.some(({ complete }) => !complete)) {
        left[watch] = begin;
        continue;
      }
      const run = new Run(room, watch, state, recorder);
      await run.reread({ from: begin, to });
      results.push(run.result);
      if (!run.result.complete) left[watch] = run.result.readTo;
    }
    return { ...results.reduce(together, nothingRead(to)), left };
  } finally {
    await recorder.lanes.save();
  }
}

const nothingRead = (readTo: string): RunResult => ({
  pages: 0,
  records: 0,
  recorded: 0,
  notifications: 0,
  recognised: 0,
  unknown: 0,
  complete: true,
  resumed: false,
  readTo,
  rowsPerMinute: 0,
});

const together = (one: RunResult, other: RunResult): RunResult => ({
  pages: one.pages + other.pages,
  records: one.records + other.records,
  recorded: one.recorded + other.recorded,
  notifications: one.notifications + other.notifications,
  recognised: one.recognised + other.recognised,
  unknown: one.unknown + other.unknown,
  complete: one.complete && other.complete,
  resumed: one.resumed || other.resumed,
  readTo: one.readTo,
  rowsPerMinute: one.rowsPerMinute,
});

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
  #counts = {
    pages: 0,
    records: 0,
    recorded: 0,
    notifications: 0,
    recognised: 0,
    unknown: 0,
    complete: false,
  };

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
    const rowsPerMinute = Math.round(this.#counts.records / this.#minutesRead());
    return { ...this.#counts, readTo: this.#readTo, resumed: this.#resumed, rowsPerMinute };
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
      const before = this.#counts.pages;
      if (!(await this.#readWindow(slice, true))) break;
      span = afterSlice(span, slice, this.#counts.pages - before);
      this.#counts.complete = span === undefined;
      await this.#move(slice.to, this.#counts.complete);
      if (this.#isOver()) break;
    }
  }

  async reread(window: Window): Promise<void> {
    const from = laterOf(this.#poll.startedAt, window.from);
    const empty = Date.parse(from) >= Date.parse(window.to);
    this.#counts.complete = empty || (await this.#readWindow({ from, to: window.to }, false));
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
      this.#counts.pages += 1;
      this.#counts.records += page.times.length;
      this.#counts.recorded += result.recorded;
      this.#counts.notifications += result.notifications;
      this.#counts.recognised += result.recognised;
      this.#counts.unknown += result.unknown;

      // Only rows in order prove that all before the last of them have been read.
      for (const text of page.times) {
        const time = Date.parse(text);
        if (time < reached - 1000) ascending = false;
        else [reached, this.#readTo] = [time, text];
        if (time > newest) [newest, this.#newest] = [time, text];
      }
      if (page.last) return true;
      const over = this.#isOver();
      const isDue = over || this.#counts.pages % pagesBetweenSaves === 0;
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
