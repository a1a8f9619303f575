import {
  type LookUpShare,
  type LookUps,
  most,
  mostLookUps,
  mostReservedMs,
  periodMs,
  reservedMs,
  unhurried,
} from '../audit/pacer.ts';
import type { Stored } from '../ledger/progress.ts';
import { LedgerConflict, StorageFailure } from '../ledger/store.ts';
import type { Clock } from '../log.ts';
import { retry } from '../retry.ts';

/** Where they are kept. */
interface LookUpMemory {
  readLookUps(): Promise<Stored<LookUps> | undefined>;
  writeLookUps(lookUps: LookUps, etag: string | undefined): Promise<string>;
}

/** Nobody reserves as much ahead, in ms: a later time is that of a clock that was wrong. */
const longestReservedMs = 60_000;

/** Whether it is still reserved. */
const isReserved = (noneUntil: number, now: number) =>
  noneUntil > now && noneUntil <= now + longestReservedMs;

/** For how many ms there is no room for one more: 0 where it may be made now. Pure. */
export function lookUpPause({ at, noneUntil }: LookUps, now: number): number {
  const reserved = isReserved(noneUntil, now) ? noneUntil - now : 0;
  const oldest = recent(at, now).at(-mostLookUps);
  const full = oldest === undefined ? 0 : oldest + periodMs - now;
  return Math.max(0, reserved, full);
}

const recent = (at: readonly number[], now: number) =>
  at.filter((time) => Math.abs(now - time) < periodMs);

const none: LookUps = { at: [], noneUntil: 0 };
/** Processes that want the same one at the same time. */
const mostTries = 5;

/** Decides by what is kept, and writes what comes of it: of those who decide at the same time one after the other. */
class SharedLookUps {
  readonly #memory: LookUpMemory;
  /** As this process wrote or read them: who else has written since refuses the next write. */
  #known: Stored<LookUps> | undefined;

  constructor(memory: LookUpMemory) {
    this.#memory = memory;
  }

  decided<T>(
    decide: (lookUps: LookUps) => { readonly next?: LookUps; readonly answer: T },
  ): Promise<T> {
    return retry(
      mostTries,
      (error) => {
        this.#known = undefined;
        return error instanceof LedgerConflict;
      },
      async () => {
        this.#known ??= await this.#memory.readLookUps();
        const { value = none, etag } = this.#known ?? {};
        const { next, answer } = decide(value);
        if (next) {
          this.#known = { value: next, etag: await this.#memory.writeLookUps(next, etag) };
        }
        return answer;
      },
    );
  }
}

/** Made later than this after it was taken, a look-up would outlast what others count of it. In ms. */
const mostLateMs = periodMs - 10_000;

/** Takes a look-up for now. Else for how many ms there is none: 0 where it was taken. */
export type TakeLookUp = () => Promise<number>;

/**
 * Takes look-ups for one process of many: three in ten seconds for all of them, so that polls have two at any
 * time, and none while somebody has reserved them. Where storage fails there is none.
 */
export function lookUpTaker(memory: LookUpMemory, now: Clock): TakeLookUp {
  const shared = new SharedLookUps(memory);
  return async () => {
    let time = 0;
    try {
      const pause = await shared.decided((before) => {
        time = now().getTime();
        const answer = lookUpPause(before, time);
        if (answer > 0) return { answer };
        return { next: { ...before, at: [...recent(before.at, time), time] }, answer };
      });
      const isLate = now().getTime() > time + mostLateMs;
      return isLate ? Math.max(pause, periodMs) : pause;
    } catch (error) {
      // So many others want it that there will be no room; and for want of storage no mail waits for what is good to know.
      if (error instanceof LedgerConflict || error instanceof StorageFailure) return periodMs;
      throw error;
    }
  };
}

/**
 * Reserves look-ups for one process of many: none is made until then. Says what else counts within the period:
 * look-ups that were made, and what another process may ask for that has reserved them. A poll `yields` to the
 * daily reading, and takes no more than is left: else each would wait for the other. Throws what storage throws.
 */
export function lookUpReserver(
  memory: LookUpMemory,
  now: Clock,
  yields: boolean,
): LookUpShare['reserve'] {
  const shared = new SharedLookUps(memory);
  // So that a poll beside the daily reading can nearly always count on what that has reserved.
  const aheadMs = yields ? reservedMs : mostReservedMs;
  let own = 0;
  let another = 0;
  return async () => {
    const reserved = await shared.decided((before) => {
      const time = now().getTime();
      const at = recent(before.at, time);
      const isAnothers = before.noneUntil !== own && isReserved(before.noneUntil, time);
      if (isAnothers) another = before.noneUntil;
      // The daily reading takes two; before it has begun, a poll may take all.
      const taken = isReserved(another, time) ? asMuchAs(yields ? unhurried : most, another) : [];
      const others = [...at, ...taken];
      if (isAnothers && yields) return { answer: { until: another, others, isOwn: false } };
      const until = time + aheadMs;
      return { next: { at, noneUntil: until }, answer: { until, others, isOwn: true } };
    });
    if (reserved.isOwn) own = reserved.until;
    return reserved;
  };
}

/** So many requests, as late as whoever reserved until then may make them. */
const asMuchAs = (requests: number, noneUntil: number) =>
  Array.from({ length: requests }, () => noneUntil - periodMs);
