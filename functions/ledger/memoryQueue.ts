import type { RowRef } from './keys.ts';
import type { Message, NotificationQueue } from './queue.ts';

/** A message that waits, or is in somebody's hand. */
export interface QueuedMessage {
  readonly row: RowRef;
  /** When it becomes visible. */
  readonly at: Date;
  /** How often it has been received, the next time included. */
  readonly count: number;
}

/**
 * The queue in memory, for as long as the process lives: messages in the order in which they become
 * visible, of the same time whoever came first. By the
 * caller's clock; delays are exact, so no message comes early.
 */
export class MemoryQueue implements NotificationQueue {
  #messages: QueuedMessage[] = [];
  readonly #inHand = new Set<QueuedMessage>();

  /** Those that wait, visible or not. */
  get messages(): readonly QueuedMessage[] {
    return this.#messages;
  }

  /** Messages, visible, hidden or in hand. */
  get size(): number {
    return this.#messages.length + this.#inHand.size;
  }

  async enqueue(messages: readonly Message[]): Promise<void> {
    for (const { row, at } of messages) this.put(row, at);
  }

  put({ day, key }: RowRef, at: Date, count = 1): void {
    this.#messages.splice(this.#visible(at), 0, { row: { day, key }, at, count });
  }

  /** The first messages that are visible at `now`, at most so many: nobody else gets them. */
  receive(now: Date, most = Number.POSITIVE_INFINITY): QueuedMessage[] {
    const received = this.#messages.splice(0, Math.min(this.#visible(now), most));
    for (const message of received) this.#inHand.add(message);
    return received;
  }

  /** Receives one that was chosen among those that wait. */
  hold(message: QueuedMessage): void {
    this.#messages = this.#messages.filter((other) => other !== message);
    this.#inHand.add(message);
  }

  /** Deletes a message: one that was handled, or one that gets lost. */
  remove(message: QueuedMessage): void {
    if (this.#inHand.delete(message)) return;
    this.#messages = this.#messages.filter((other) => other !== message);
  }

  /** Puts a message back whose handling failed: it comes again then, and counts. */
  release(message: QueuedMessage, at: Date): void {
    this.#inHand.delete(message);
    this.put(message.row, at, message.count + 1);
  }

  /** Whoever had messages in hand is gone: they come again then. */
  abandon(at: Date): void {
    for (const message of [...this.#inHand]) this.release(message, at);
  }

  /** Receives what is visible at `now`, at most so many, and deletes it. */
  take(now: Date, most?: number): RowRef[] {
    const due = this.receive(now, most);
    for (const message of due) this.remove(message);
    return due.map(({ row }) => row);
  }

  /** How many are visible then. */
  #visible(then: Date): number {
    let [from, to] = [0, this.#messages.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      const other = this.#messages[middle];
      if (other && other.at <= then) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
