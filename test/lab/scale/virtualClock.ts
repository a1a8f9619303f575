import type { Wait } from '../../../functions/log.ts';
import { Heap } from './heap.ts';

/**
 * A mail is put together by streams, which take some turns of the event loop; whoever does nothing for
 * so many waits for what another task waits for.
 */
const mostTurns = 24;

/** A process on the virtual clock. Once it is dead, whoever waits in it waits for ever. */
export interface Life {
  readonly isDead: boolean;
  readonly sleep: Wait;
  readonly kill: () => void;
}

/**
 * Time that passes only while every task waits for it. Times are in milliseconds since 1970. With the
 * same events it runs the same way, however quick the machine is.
 */
export class VirtualClock {
  readonly #events = new Heap<() => void>();
  #time: number;
  #tasks = 0;
  #waiting = 0;
  /** Some task may have something to do. */
  #stirred = false;
  /** Real work that has to be done before time begins: while a file is loaded, hours would pass. */
  #ready: Promise<unknown> = Promise.resolve();
  #failure: unknown;
  #failed = false;

  constructor(start: Date) {
    this.#time = start.getTime();
  }

  get time(): number {
    return this.#time;
  }

  readonly now = (): Date => new Date(this.#time);

  /** Lets no time pass before that is done. */
  begin(after: Promise<unknown>): void {
    this.#ready = Promise.all([this.#ready, after]);
  }

  /** Waits, within a task. What is given up ends at once: else the task would seem to wait while it works. */
  readonly sleep: Wait = (milliseconds, signal) => this.#sleep(milliseconds, signal);

  /** A process that may die. */
  life(): Life {
    let isDead = false;
    return {
      get isDead() {
        return isDead;
      },
      kill() {
        isDead = true;
      },
      sleep: (milliseconds, signal) => this.#sleep(milliseconds, signal, () => isDead),
    };
  }

  #sleep(milliseconds: number, signal?: AbortSignal, isDead = () => false): Promise<void> {
    this.#waiting += 1;
    return new Promise((resolve) => {
      let isOver = false;
      const end = () => {
        if (isOver || isDead()) return;
        isOver = true;
        this.#waiting -= 1;
        this.#stirred = true;
        resolve();
      };
      this.at(this.#time + milliseconds, end);
      signal?.addEventListener('abort', end, { once: true });
    });
  }

  /** Does something then: nothing that waits. */
  at(time: number, work: () => void): void {
    this.#events.push(Math.max(this.#time, Math.round(time)), work);
  }

  /** Runs something that may wait, by `sleep` alone, beside all others. What it throws ends the run. */
  task(work: () => Promise<unknown>): void {
    this.#tasks += 1;
    this.#stirred = true;
    work()
      .catch((error: unknown) => {
        this.#failure ??= error;
        this.#failed = true;
      })
      .finally(() => {
        this.#tasks -= 1;
      });
  }

  /** Lets time pass until then, or until `isOver`. Throws what a task threw. */
  async run(until: number, isOver: () => boolean = () => false): Promise<void> {
    await this.#ready;
    for (;;) {
      await this.#quiet();
      if (this.#failed) throw this.#failure;
      if (isOver() || this.#events.next > until) break;
      this.#time = this.#events.next;
      while (this.#events.next === this.#time) this.#events.pop()?.();
    }
    if (!isOver()) this.#time = Math.max(this.#time, until);
  }

  /** Lets every task go on until it waits, or can't but wait for another. */
  async #quiet(): Promise<void> {
    for (let turns = 0; this.#stirred || this.#tasks > this.#waiting; turns += 1) {
      if (this.#stirred) turns = 0;
      else if (turns > mostTurns) return;
      this.#stirred = false;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
