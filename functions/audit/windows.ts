/** A closed interval of activity times, ISO 8601, UTC. */
export interface Window {
  readonly from: string;
  readonly to: string;
}

/** How far reading has come. Kept beside the ledger. */
export interface PollState {
  /** Changes before this were there before the app: recorded, never told. */
  readonly startedAt: string;
  /** The newest activityDateTime up to which everything has been recorded. */
  readonly watermark: string;
  /** When a poll last read up to its own present. */
  readonly polledAt: string;
  /** Where to go on, when a run ended before its window did. */
  readonly resumeFrom?: string;
}

const minute = 60_000;

/** A tick may come some ms early, and a run takes its time: no reason to leave out a whole minute. In ms. */
export const tickSlackMs = 30_000;
const hour = 60 * minute;
const day = 24 * hour;

/** After this long without a complete poll, the window is worked off in slices of an hour. */
const outageMs = 2 * hour;

const iso = (milliseconds: number) => new Date(milliseconds).toISOString();
// By value, not as text: the number of fractional digits varies.
const later = (one: string, other: string) => (Date.parse(one) > Date.parse(other) ? one : other);
const earlier = (one: string, other: string) => (later(one, other) === one ? other : one);

/** Read a little past our own present: the clock of the log may be ahead of ours. */
const skewMs = 5 * minute;

/** The state of an app that has never run. `lookbackMinutes` before now is the oldest told. */
export function firstState(now: Date, lookbackMinutes: number): PollState {
  const startedAt = iso(now.getTime() - lookbackMinutes * minute);
  return { startedAt, watermark: startedAt, polledAt: startedAt };
}

/** What a poll has to read, and in steps of what length, in milliseconds. */
export interface Span extends Window {
  readonly stepMs: number;
}

/**
 * The span of one poll. It reaches back by the overlap, since rows arrive late, and begins on a
 * whole second. After an outage it is worked off in slices that begin with an hour.
 */
export function planSpan(state: PollState, now: Date, overlapMinutes: number): Span {
  const overlapped = Date.parse(state.watermark) - overlapMinutes * minute;
  const start = Date.parse(later(state.resumeFrom ?? iso(overlapped), state.startedAt));
  const end = now.getTime() + skewMs;
  const from = Math.floor(Math.min(start, end) / 1000) * 1000;
  const outage = now.getTime() - Date.parse(state.polledAt) > outageMs;
  return { from: iso(from), to: iso(end), stepMs: outage ? hour : end - from };
}

/** The first slice of a span. */
export function firstSlice({ from, to, stepMs }: Span): Window {
  return { from, to: earlier(iso(Date.parse(from) + stepMs), to) };
}

/**
 * What is left of a span after its first slice; undefined when nothing is. Slices that fit on one
 * page grow, so that a quiet month takes a few requests; a busy hour brings them back to an hour.
 */
export function afterSlice(span: Span, slice: Window, pages: number): Span | undefined {
  if (slice.to === span.to) return undefined;
  return { from: slice.to, to: span.to, stepMs: pages <= 1 ? span.stepMs * 2 : hour };
}

/**
 * The state after everything in a window up to `readTo` is recorded. Only a window that reached
 * the present is `complete`. The watermark stays at the newest row seen, so that rows held back by
 * an outage of the log itself are read when they come; after a quiet day it moves on all the same.
 */
export function advance(
  state: PollState,
  progress: { readonly newest?: string; readonly readTo: string; readonly complete: boolean },
  now: Date,
): PollState {
  const { startedAt, polledAt } = state;
  const newest = later(state.watermark, progress.newest ?? state.watermark);
  if (!progress.complete) {
    return { startedAt, polledAt, watermark: newest, resumeFrom: progress.readTo };
  }
  const present = now.toISOString();
  const watermark = later(newest, iso(now.getTime() - day));
  return { startedAt, watermark: earlier(watermark, present), polledAt: present };
}

/**
 * Whether a state is worth writing: always when reading came forward, and every few minutes when
 * idle, so that an outage can be told from a quiet night.
 */
export function worthSaving(before: PollState, after: PollState): boolean {
  return (
    before.watermark !== after.watermark ||
    before.resumeFrom !== after.resumeFrom ||
    Date.parse(after.polledAt) - Date.parse(before.polledAt) >= 5 * minute - tickSlackMs
  );
}
