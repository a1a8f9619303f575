import type { RowRef } from '../../../functions/ledger/keys.ts';
import type { QueuedMessage } from '../../../functions/ledger/memoryQueue.ts';
import type { Random } from '../../../local/graph/random.ts';
import type { QueueSettings } from '../../../local/host/hostJson.ts';
import { idleWait } from '../../../local/host/idle.ts';
import type { Life, VirtualClock } from './virtualClock.ts';
import type { VirtualQueue } from './virtualQueue.ts';

/** Milliseconds. Source: azure-webjobs-sdk, QueuePollingIntervals and QueueListener. */
const shortestPollMs = 100;
const requestMs = 10;

interface Host {
  readonly clock: VirtualClock;
  readonly queue: VirtualQueue;
  readonly settings: QueueSettings;
  readonly random: Random;
  readonly life: Life;
  /** Handles a message; where it throws, the message is tried again. */
  readonly handle: (row: RowRef) => Promise<void>;
}

/**
 * One instance of the Functions runtime: receives a batch when few messages are being handled, and
 * asks an empty queue less and less often. Source: azure-webjobs-sdk,
 * RandomizedExponentialBackoffStrategy.
 */
export class Instance {
  /** Times that the function ran. */
  runs = 0;
  readonly #host: Host;
  #handling = 0;
  #misses = 0;
  #waiting = false;

  constructor(host: Host) {
    this.#host = host;
  }

  start(): void {
    this.#later(shortestPollMs);
  }

  #later(milliseconds: number): void {
    const { clock } = this.#host;
    clock.at(clock.time + milliseconds, () => this.#receive());
  }

  #receive(): void {
    const { queue, settings, life } = this.#host;
    if (life.isDead) return;
    const messages = queue.receiveNow(settings.batchSize);
    if (messages.length === 0) {
      this.#later(this.#backOff());
      return;
    }
    this.#misses = 0;
    for (const message of messages) this.#begin(message);
    this.#waiting = true;
    this.#goOn();
  }

  /** Receives again once there is room for a batch. */
  #goOn(): void {
    if (!this.#waiting || this.#handling > this.#host.settings.newBatchThreshold) return;
    this.#waiting = false;
    this.#later(requestMs);
  }

  #begin(message: QueuedMessage): void {
    const { clock, queue, settings, handle, life } = this.#host;
    this.#handling += 1;
    this.runs += 1;
    clock.task(async () => {
      await life.sleep(requestMs);
      try {
        await handle(message.row);
        queue.remove(message);
      } catch {
        queue.fail(message, settings.visibilityTimeout, settings.maxDequeueCount);
      }
      this.#handling -= 1;
      this.#goOn();
    });
  }

  #backOff(): number {
    const { settings, random } = this.#host;
    this.#misses += 1;
    return idleWait(this.#misses - 1, settings.maxPollingInterval * 1000, () => random.next());
  }
}
