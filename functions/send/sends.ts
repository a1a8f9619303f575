import { atMost } from '../atMost.ts';
import type { Log, Wait } from '../log.ts';

/** The sends that a process has in flight. Once it is told to go, it begins none. */
export class Sends {
  readonly #inFlight = new Set<Promise<unknown>>();
  #closed = false;

  /** Does what must not be cut off; undefined, and nothing done, where the process is about to go. */
  async during<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.#closed) return undefined;
    const send = work();
    this.#inFlight.add(send);
    try {
      return await send;
    } finally {
      this.#inFlight.delete(send);
    }
  }

  /** Begins nothing any more, and waits for what is in flight, for so long at most. Says how many are left. */
  async close(longestMs: number, wait: Wait): Promise<number> {
    this.#closed = true;
    if (this.#inFlight.size > 0) await atMost(longestMs, Promise.allSettled(this.#inFlight), wait);
    return this.#inFlight.size;
  }
}

/** The host gives a process that is to go five seconds, in ms; a second of them is its own. */
const longestFarewellMs = 4000;

/** What a process does when it is told to go: waits for its sends, and says how many it had to leave. */
export async function sayFarewell(
  { sends, wait }: { readonly sends: Sends; readonly wait: Wait },
  log: Log,
): Promise<void> {
  const left = await sends.close(longestFarewellMs, wait);
  if (left > 0) log('warn', 'sends.left', { left });
}
