import type { Clock } from '../log.ts';
import { putLast } from '../putLast.ts';

interface Limits {
  /** For how long an entry is good, in ms. */
  readonly freshMs: number;
  /** How many entries there are at most; the oldest goes for a new one. */
  readonly most: number;
  readonly now: Clock;
}

/** What is kept for a while. What is too old is let go of when something new comes, asked for again or not. */
export class ShortLived<T> {
  readonly #limits: Limits;
  /** In the order in which they run out. */
  readonly #kept = new Map<string, { readonly value: T; readonly until: number }>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#kept.size;
  }

  get(key: string): T | undefined {
    const found = this.#kept.get(key);
    const left = found ? found.until - this.#time() : 0;
    // After a clock was set back, it would be good for as long as that.
    return left > 0 && left <= this.#limits.freshMs ? found?.value : undefined;
  }

  delete(key: string): void {
    this.#kept.delete(key);
  }

  set(key: string, value: T): void {
    const { freshMs, most } = this.#limits;
    const now = this.#time();
    for (const [old, { until }] of this.#kept) {
      if (until > now) break;
      this.#kept.delete(old);
    }
    putLast(this.#kept, key, { value, until: now + freshMs }, most);
  }

  #time = () => this.#limits.now().getTime();
}
