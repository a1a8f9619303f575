/** At most `limit` units in any `windowMs`, as Graph and Exchange count them. */
export class Throttle {
  readonly #limit: number;
  readonly #windowMs: number;
  #taken: { readonly at: number; readonly units: number }[] = [];

  constructor(limit: number, windowMs: number) {
    this.#limit = limit;
    this.#windowMs = windowMs;
  }

  /**
   * Takes `units` if there is room and answers undefined; else takes nothing and answers the whole
   * seconds until there will be. What was refused isn't counted, so waiting as told always helps.
   */
  take(now: Date, units = 1): number | undefined {
    const waitSeconds = this.wait(now, units);
    if (waitSeconds === undefined) this.#taken.push({ at: now.getTime(), units });
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
