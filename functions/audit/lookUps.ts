import type { Stored } from '../ledger/progress.ts';
import { LedgerConflict } from '../ledger/store.ts';
import type { Clock } from '../log.ts';
import { retry } from '../retry.ts';
import { type LookUpShare, periodMs, unhurried } from './pacer.ts';

/**
 * What processes tell each other of Graph's limit. Looking people's methods up has five requests in ten
 * seconds as reading the log has, and Graph's docs don't say that they are others. Times in ms since 1970.
 */
export interface LookUps {
  /** When the last ones were made, oldest first. */
  readonly at: readonly number[];
  /** Until when there may be none: somebody reads the log as fast as it may be read. */
  readonly noneUntil: number;
}

/** Where they are kept. */
interface LookUpMemory {
  readLookUps(): Promise<Stored<LookUps> | undefined>;
  writeLookUps(lookUps: LookUps, etag: string | undefined): Promise<string>;
}

/** Nobody reserves as much ahead, in ms: a later time is that of a clock that was wrong. */
const longestReservedMs = 60_000;

/** For how many ms there is no room for one more: 0 where it may be made now. Pure. */
export function lookUpPause({ at, noneUntil }: LookUps, now: number): number {
  const reserved = noneUntil <= now + longestReservedMs ? noneUntil - now : 0;
  const oldest = recent(at, now).at(-unhurried);
  const full = oldest === undefined ? 0 : oldest + periodMs - now;
  return Math.max(0, reserved, full);
}

const recent = (at: readonly number[], now: number) =>
  at.filter((time) => Math.abs(now - time) < periodMs);

const none: LookUps = { at: [], noneUntil: 0 };
/** Processes that want the same one at the same time. */
const mostTries = 5;

async function decided<T>(
  memory: LookUpMemory,
  decide: (lookUps: LookUps) => { readonly next?: LookUps; readonly answer: T },
): Promise<T> {
  const moved = (error: unknown) => error instanceof LedgerConflict;
  return retry(mostTries, moved, async () => {
    const stored = await memory.readLookUps();
    const { next, answer } = decide(stored?.value ?? none);
    if (next) await memory.writeLookUps(next, stored?.etag);
    return answer;
  });
}

/** Takes a look-up for now. Else for how many ms there is none: 0 where it was taken. */
export type TakeLookUp = () => Promise<number>;

/**
 * Takes look-ups for one process of many: two in ten seconds for all of them, so that polls have three at any
 * time, and none while somebody has reserved them. Throws what storage throws.
 */
export function lookUpTaker(memory: LookUpMemory, now: Clock): TakeLookUp {
  // Known without asking storage again.
  let fullUntil = 0;
  return async () => {
    const time = now().getTime();
    if (time < fullUntil && fullUntil <= time + longestReservedMs) return fullUntil - time;
    const pause = await decided(memory, (before) => {
      const then = now().getTime();
      const answer = lookUpPause(before, then);
      if (answer > 0) return { answer };
      return { next: { ...before, at: [...recent(before.at, then), then] }, answer };
    }).catch((error: unknown) => {
      // So many others want it that there will be no room.
      if (error instanceof LedgerConflict) return periodMs;
      throw error;
    });
    if (pause > 0) fullUntil = now().getTime() + pause;
    return pause;
  };
}

/**
 * Reserves look-ups for one process of many: none is made until then. Says what else counts within the period:
 * look-ups that were made, and what another process may have asked for that has reserved them. Throws what
 * storage throws.
 */
export function lookUpReserver(memory: LookUpMemory, now: Clock): LookUpShare['reserve'] {
  let own = 0;
  return async (until) => {
    const counted = await decided(memory, (before) => {
      const at = recent(before.at, now().getTime());
      const others = before.noneUntil === own ? [] : asMuchAs(before.noneUntil);
      return { next: { at, noneUntil: until }, answer: [...at, ...others] };
    });
    own = until;
    return counted;
  };
}

/** What a daily reading takes, as late as it may have: a poll beside which there is one takes no more itself. */
const asMuchAs = (noneUntil: number) =>
  Array.from({ length: unhurried }, () => noneUntil - periodMs);
