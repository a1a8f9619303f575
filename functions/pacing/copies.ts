import { atMost } from '../atMost.ts';
import { type Ledger, LedgerConflict } from '../ledger/ledger.ts';
import { copiesRef, type ManagerCopies } from '../ledger/managerCopies.ts';
import type { Notification } from '../ledger/notification.ts';
import type { Wait } from '../log.ts';
import { putLast } from '../putLast.ts';
import { retry } from '../retry.ts';

/** Whether a manager may get one more copy today: yes, yes for the last time, or no. */
export type Allowance = 'open' | 'last' | 'spent';

/** More than a row of the table should hold: 17 characters each. */
const mostReserved = 500;

/**
 * Counts a copy, unless it is counted already: a notification that is put off or repeated takes one
 * place. `given` is what to keep. `reserve`: an account that has one copy a day beyond the limit, for what
 * matters most; nothing of other accounts can use that up. Pure.
 */
export function allowCopy(
  given: readonly string[],
  notification: string,
  limit: number,
  reserve?: string,
): { readonly allowance: Allowance; readonly given: readonly string[] } {
  const ordinary = given.filter((one) => !one.startsWith('!'));
  const place = ordinary.indexOf(notification) + 1 || ordinary.length + 1;
  if (place <= limit) {
    const next = ordinary.includes(notification) ? given : [...given, notification];
    return { allowance: place === limit ? 'last' : 'open', given: next };
  }
  const own = `!${reserve}!${notification}`;
  if (!reserve || given.length >= limit + mostReserved) return { allowance: 'spent', given };
  if (given.includes(own)) return { allowance: 'open', given };
  const isTaken = given.some((one) => one.startsWith(`!${reserve}!`));
  return isTaken ? { allowance: 'spent', given } : { allowance: 'open', given: [...given, own] };
}

/** A copy to be counted together with the claim of its notification. */
interface CountedCopy {
  readonly copies: ManagerCopies;
  /** Of the row as it was; undefined where there was none. */
  readonly etag: string | undefined;
}

/** What a manager's copy may be, and what is to be written if it is sent. */
interface AllowedCopy {
  readonly allowance: Allowance;
  readonly count?: CountedCopy;
  /** To be called when it is counted, or is not going to be: other copies of the manager wait for it. */
  readonly release: () => void;
}

/** A turn takes one write. In ms. */
const longestTurnMs = 2000;

const nothing = () => {};

/** Some kilobyte each. Of a manager who is not among them the first claim is refused, and then it is read. */
const mostKnown = 5000;

/** Others count copies of the same manager at the same time; after this many tries, let it be one more. */
const mostTries = 5;

/** Copies of today, as this process knows them. What it takes for known is proved by the ETag. */
export class CopyCounts {
  readonly #ledger: Ledger;
  readonly #limit: number;
  readonly #wait: Wait;
  #day = '';
  /** By row; undefined where the row must be read, absent where there may be none. */
  readonly #known = new Map<string, CountedCopy | undefined>();
  /** By row: who counts now. */
  readonly #turns = new Map<string, Promise<void>>();

  constructor(ledger: Ledger, limit: number, wait: Wait) {
    this.#ledger = ledger;
    this.#limit = limit;
    this.#wait = wait;
  }

  /**
   * Whether a manager may get a copy of a notification today, a day of UTC. Of a notification of today
   * it is counted with the claim, else here. `reserve`: see `allowCopy`. Throws what storage throws.
   */
  async allow(
    address: string,
    row: Notification,
    now: Date,
    reserve?: string,
  ): Promise<AllowedCopy> {
    const ref = copiesRef(address, now);
    if (this.#day !== ref.day) this.#known.clear();
    this.#day = ref.day;
    if (row.day !== ref.day) {
      return { allowance: await this.#countNow(ref, row, reserve), release: nothing };
    }
    const release = await this.#turn(ref.key);
    try {
      const { copies, etag } = await this.#before(ref);
      const { allowance, given } = allowCopy(copies.given, nameOf(row), this.#limit, reserve);
      if (given !== copies.given) {
        return { allowance, count: { copies: { ...ref, given }, etag }, release };
      }
      release();
      return { allowance, release: nothing };
    } catch (error) {
      release();
      throw error;
    }
  }

  /**
   * Waits until nobody else of this process counts copies of the manager, though not for long: what
   * meets is refused by storage, and tried again. Returns how to end one's own turn.
   */
  async #turn(key: string): Promise<() => void> {
    const before = this.#turns.get(key);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turns.set(key, promise);
    if (before) await atMost(longestTurnMs, before, this.#wait);
    return () => {
      if (this.#turns.get(key) === promise) this.#turns.delete(key);
      resolve();
    };
  }

  /** It was counted, under this ETag. */
  counted({ copies }: CountedCopy, etag: string): void {
    // One that was counted across midnight is yesterday's.
    if (copies.day === this.#day) this.#know(copies.key, { copies, etag });
  }

  /** It could not be written: somebody else may have counted. */
  doubt({ copies }: CountedCopy): void {
    if (copies.day === this.#day) this.#know(copies.key, undefined);
  }

  #know = (key: string, count: CountedCopy | undefined) =>
    putLast(this.#known, key, count, mostKnown);

  async #before(ref: Pick<ManagerCopies, 'day' | 'key'>): Promise<CountedCopy> {
    const known = this.#known.get(ref.key);
    if (known) return known;
    const nobodyYet = { copies: { ...ref, given: [] }, etag: undefined };
    if (!this.#known.has(ref.key)) return nobodyYet;
    return (await this.#ledger.readCopies(ref)) ?? nobodyYet;
  }

  async #countNow(
    ref: Pick<ManagerCopies, 'day' | 'key'>,
    row: Notification,
    reserve?: string,
  ): Promise<Allowance> {
    const moved = (error: unknown) => error instanceof LedgerConflict;
    try {
      return await retry(mostTries, moved, async () => {
        const stored = await this.#ledger.readCopies(ref);
        const before = stored?.copies.given ?? [];
        const { allowance, given } = allowCopy(before, nameOf(row), this.#limit, reserve);
        if (given === before) return allowance;
        await this.#ledger.writeCopies({ copies: { ...ref, given }, etag: stored?.etag });
        return allowance;
      });
    } catch (error) {
      if (!moved(error)) throw error;
      return 'open';
    }
  }
}

/** A copy: a slice is kept as a view of the whole key, which takes three times the memory. */
const nameOf = ({ key }: Notification) => Buffer.from(key.slice(-16)).toString();
