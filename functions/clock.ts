import type { Clock } from './log.ts';

/** Less than this, in ms, clocks may differ: a request takes its time, and a `Date` header has whole seconds. */
const toleranceMs = 2000;
const secondMs = 1000;

/**
 * The time by storage's clock, which all processes share: leases, slots and pauses of one mean the same to
 * every other, however wrong the clock of its machine is. It is read off the answers of storage, and a
 * machine's own clock counts from then on, until another answer shows that it is wrong.
 */
export class SharedClock {
  readonly #local: Clock;
  #offsetMs = 0;

  constructor(local: Clock = () => new Date()) {
    this.#local = local;
  }

  readonly now: Clock = () => new Date(this.#local().getTime() + this.#offsetMs);

  /** By how much the machine's own clock is behind, in ms, as far as answers tell; negative where it is ahead. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** Takes an answer into account: its `Date` header was written while the request was out. */
  async during<T>(
    request: () => Promise<T>,
    dateOf: (answer: T) => string | undefined,
  ): Promise<T> {
    const sent = this.#local().getTime();
    const answer = await request();
    const date = Date.parse(dateOf(answer) ?? '');
    if (!Number.isNaN(date)) this.#correct(date - this.#local().getTime(), date + secondMs - sent);
    return answer;
  }

  /** The least and the most by which the machine's own clock may be behind. */
  #correct(least: number, most: number): void {
    // Where it was set meanwhile, the answer tells nothing.
    if (least > most) return;
    const isFine = this.#offsetMs >= least - toleranceMs && this.#offsetMs <= most + toleranceMs;
    if (isFine) return;
    const isRight = least <= toleranceMs && most >= -toleranceMs;
    this.#offsetMs = isRight ? 0 : (least + most) / 2;
  }
}
