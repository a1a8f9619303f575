import type { Pause, Pauses } from '../ledger/lanes.ts';
import { endOfPause } from './pause.ts';

/** Requests that Exchange works on at once for one app and mailbox. */
const atOnce = 4;

/** When there may be room again in a mailbox that is full, in ms. */
const fullMs = 1000;

/**
 * Keeps this process within what each sender mailbox works on at once, and away from a mailbox that is
 * paused. How many leave in a minute is for their slots to say; Exchange's own 429 is the last word.
 */
export class MailboxGate {
  readonly #inFlight = new Map<string, number>();
  readonly #pauses = new Map<string, Pause>();

  /** Zero: go, and call `leave` afterwards. Else how many milliseconds to stay away. */
  enter(sender: string, now: Date): number {
    const inFlight = this.#inFlight.get(sender) ?? 0;
    const away = endOfPause(this.#pauses.get(sender)) - now.getTime();
    if (away > 0) return away;
    if (inFlight >= atOnce) return fullMs;
    this.#inFlight.set(sender, inFlight + 1);
    return 0;
  }

  leave(sender: string): void {
    this.#inFlight.set(sender, (this.#inFlight.get(sender) ?? 1) - 1);
  }

  /** Takes over what was learned later, here or by another process. */
  learn(pauses: Pauses): void {
    for (const [sender, pause] of Object.entries(pauses)) {
      const { noted = '', until = '' } = this.#pauses.get(sender) ?? {};
      if (noted < pause.noted || until < pause.until) this.#pauses.set(sender, pause);
    }
  }

  /** What this process knows of each mailbox that refused. */
  get pauses(): Pauses {
    return Object.fromEntries(this.#pauses);
  }

  isPaused(sender: string, now: Date): boolean {
    return endOfPause(this.#pauses.get(sender)) > now.getTime();
  }
}
