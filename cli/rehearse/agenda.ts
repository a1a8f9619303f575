import type { RowRef } from '../../functions/ledger/keys.ts';
import type { NotificationQueue } from '../../functions/ledger/queue.ts';

interface Message {
  readonly row: RowRef;
  readonly at: Date;
}

/** The queue in memory: messages by the time at which they become visible. */
export class Agenda implements NotificationQueue {
  readonly #messages: Message[] = [];

  async enqueue(messages: readonly Message[]): Promise<void> {
    for (const { row, at } of messages) {
      // Nearly all belong near the end; of the same time, whoever came first goes first.
      const place = this.#messages.findLastIndex((other) => other.at <= at) + 1;
      this.#messages.splice(place, 0, { row, at });
    }
  }

  /** Takes the first message that is visible before then; undefined where there is none. */
  take(before: number): Message | undefined {
    const [first] = this.#messages;
    return first && first.at.getTime() < before ? this.#messages.shift() : undefined;
  }
}
