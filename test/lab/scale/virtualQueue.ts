import type { RowRef } from '../../../functions/ledger/keys.ts';
import type { NotificationQueue, Message as Queued } from '../../../functions/ledger/queue.ts';
import { Heap } from './heap.ts';
import type { VirtualClock } from './virtualClock.ts';

/** A message as a receiver gets it. */
export interface Message {
  readonly id: number;
  readonly row: RowRef;
  /** How often it has been received, this time included. */
  readonly count: number;
}

/** Milliseconds that a request takes. */
const latencyMs = 10;

/** What Azure bounds a message's delay to, in seconds. */
const longestDelay = 7 * 24 * 3600 - 60;

/** A storage queue on the virtual clock: messages become visible on whole seconds after they are put. */
export class VirtualQueue implements NotificationQueue {
  /** Messages put, and requests to receive or delete them. */
  puts = 0;
  receives = 0;
  deletes = 0;
  /** What was given up after too many failures. */
  readonly poison: RowRef[] = [];
  /** Called when a message is put for the first time: nobody may be there yet to receive it. */
  onFirst: (() => void) | undefined;
  readonly #messages = new Heap<Message>();
  readonly #clock: VirtualClock;
  /** What is in hand. */
  readonly #held = new Map<number, Message>();
  #sent = 0;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** Messages, visible, hidden or in hand. */
  get size(): number {
    return this.#messages.size + this.#held.size;
  }

  async enqueue(messages: readonly Queued[]): Promise<void> {
    if (messages.length === 0) return;
    await this.#clock.sleep(latencyMs);
    const { time } = this.#clock;
    this.onFirst?.();
    this.onFirst = undefined;
    for (const { row, at, earlyMs = 0 } of messages) {
      const seconds = Math.ceil((at.getTime() - earlyMs - time) / 1000);
      const visible = time + 1000 * Math.min(Math.max(0, seconds), longestDelay);
      const { day, key } = row;
      this.puts += 1;
      this.#sent += 1;
      this.#messages.push(visible, { id: this.#sent, row: { day, key }, count: 1 });
    }
  }

  /** At most so many visible messages; nobody else gets them. */
  receive(most: number): Message[] {
    this.receives += 1;
    const found: Message[] = [];
    while (found.length < most && this.#messages.next <= this.#clock.time) {
      const message = this.#messages.pop();
      if (message) found.push(this.#holding(message));
    }
    return found;
  }

  /** Deletes a message that was handled. */
  remove({ id }: Message): void {
    this.deletes += 1;
    this.#held.delete(id);
  }

  /** Puts a message back whose handling failed. */
  release(message: Message, inSeconds: number, mostCounts: number): void {
    this.#held.delete(message.id);
    if (message.count >= mostCounts) this.poison.push(message.row);
    else this.#again(message, this.#clock.time + 1000 * inSeconds);
  }

  /** Whoever had them in hand is gone: they come again so much later. */
  abandon(inSeconds: number): void {
    const visible = this.#clock.time + 1000 * inSeconds;
    for (const message of this.#held.values()) this.#again(message, visible);
    this.#held.clear();
  }

  #holding(message: Message): Message {
    this.#held.set(message.id, message);
    return message;
  }

  #again(message: Message, visible: number): void {
    this.#messages.push(visible, { ...message, count: message.count + 1 });
  }
}
