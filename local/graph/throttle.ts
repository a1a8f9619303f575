/** At most `limit` units in any `windowMs`, as Graph and Exchange count them. */
export class Throttle {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #countsRefused: boolean;
  #taken: { readonly at: number; readonly units: number }[] = [];

  /** `countsRefused`: what is refused takes its units all the same, so that waiting as told may not help. */
  constructor(limit: number, windowMs: number, { countsRefused = false } = {}) {
    this.#limit = limit;
    this.#windowMs = windowMs;
    this.#countsRefused = countsRefused;
  }

  /**
   * Takes `units` if there is room and answers undefined; else answers the whole seconds until there
   * will be.
   */
  take(now: Date, units = 1): number | undefined {
    const waitSeconds = this.wait(now, units);
    if (waitSeconds === undefined || this.#countsRefused) {
      this.#taken.push({ at: now.getTime(), units });
    }
    return waitSeconds;
  }

  /** The seconds to wait before `units` fit, or undefined when they do now. */
  wait(now: Date, units = 1): number | undefined {
    const time = now.getTime();
    this.#taken = this.#taken.filter(({ at }) => time - at < this.#windowMs);
    let excess = this.#taken.reduce((sum, { units: taken }) => sum + taken, units) - this.#limit;
    if (excess <= 0) return undefined;
    for (const { at, units: taken } of this.#taken) {
      excess -= taken;
      if (excess <= 0) return Math.max(1, Math.ceil((at + this.#windowMs - time) / 1000));
    }
    return Math.ceil(this.#windowMs / 1000);
  }
}

/**
 * Graph's limit for the audit log, the reports and what people have registered, per app and tenant. Every
 * request counts, refused ones too. Source: Graph docs, "Best practices to handle throttling".
 */
export const reportsThrottle = (): Throttle => new Throttle(5, 10_000, { countsRefused: true });
