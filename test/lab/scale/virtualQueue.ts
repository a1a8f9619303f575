import type { RowRef } from '../../../functions/ledger/keys.ts';
import { MemoryQueue, type QueuedMessage } from '../../../functions/ledger/memoryQueue.ts';
import { delayOf, type Message } from '../../../functions/ledger/queue.ts';
import type { VirtualClock } from './virtualClock.ts';

/** Milliseconds that a request takes. */
const latencyMs = 10;

/** The queue on the virtual clock, its requests counted: messages become visible on whole seconds after they are put. */
export class VirtualQueue extends MemoryQueue {
  /** Messages put, and requests to receive or delete them. */
  puts = 0;
  receives = 0;
  deletes = 0;
  /** What was given up after too many failures. */
  readonly poison: RowRef[] = [];
  /** Called when a message is put for the first time: nobody may be there yet to receive it. */
  onFirst: (() => void) | undefined;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    super();
    this.#clock = clock;
  }

  override async enqueue(messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return;
    await this.#clock.sleep(latencyMs);
    this.onFirst?.();
    this.onFirst = undefined;
    this.puts += messages.length;
    const now = this.#clock.now();
    for (const message of messages) this.put(message.row, this.#in(delayOf(message, now)));
  }

  receiveNow(most: number): QueuedMessage[] {
    this.receives += 1;
    return this.receive(this.#clock.now(), most);
  }

  override remove(message: QueuedMessage): void {
    this.deletes += 1;
    super.remove(message);
  }

  /** Puts a message back whose handling failed; after so many failures it is given up. */
  fail(message: QueuedMessage, inSeconds: number, mostCounts: number): void {
    if (message.count < mostCounts) this.release(message, this.#in(inSeconds));
    else {
      super.remove(message);
      this.poison.push(message.row);
    }
  }

  /** Whoever had messages in hand is gone: they come again so much later. */
  abandonFor(seconds: number): void {
    this.abandon(this.#in(seconds));
  }

  readonly #in = (seconds: number): Date => new Date(this.#clock.time + 1000 * seconds);
}
