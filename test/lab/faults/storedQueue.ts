import { QueueClient } from '@azure/storage-queue';
import type { RowRef } from '../../../functions/ledger/keys.ts';
import { MemoryQueue } from '../../../functions/ledger/memoryQueue.ts';
import { decodeMessage, queueName } from '../../../functions/ledger/message.ts';
import type { NotificationQueue } from '../../../functions/ledger/queue.ts';
import { openQueue } from '../../../functions/ledger/queue.ts';

/** As often as in real life, without the pauses. */
const retryOptions = { maxTries: 4, retryDelayInMs: 1, maxRetryDelayInMs: 1 };

/** As many messages as storage gives at a time. */
const most = 32;

/**
 * The app's own queue on real storage, with delays by the test's clock: each message is sent to
 * storage, fetched from there, and waits here until it is due. A message that storage has twice is
 * here twice.
 */
export class StoredQueue extends MemoryQueue {
  readonly #sending: NotificationQueue;
  readonly #fetching: QueueClient;
  readonly #now: () => Date;
  readonly #due = new Map<string, Date>();
  #exists = false;
  /** How many messages were there that are not the app's. */
  foreign = 0;

  /** `through`: the way that the app takes. `directly`: the way that always works. */
  constructor(through: string, directly: string, now: () => Date) {
    super();
    const storage = { connectionString: through };
    this.#sending = openQueue(storage, undefined, now, { retryOptions });
    this.#fetching = new QueueClient(directly, queueName);
    this.#now = now;
  }

  override async enqueue(messages: readonly { readonly row: RowRef; readonly at: Date }[]) {
    for (const { row, at } of messages) this.#due.set(row.key, at);
    const atOnce = messages.map(({ row }) => ({ row, at: this.#now() }));
    try {
      await this.#sending.enqueue(atOnce);
    } finally {
      await this.fetch();
    }
  }

  /** Puts a text on the queue that the app did not write. */
  async sendText(text: string): Promise<void> {
    await this.#fetching.createIfNotExists();
    await this.#fetching.sendMessage(text);
    await this.fetch();
  }

  /** All that storage has is here afterwards. */
  async fetch(): Promise<void> {
    // Nobody deletes the queue.
    this.#exists ||= await this.#fetching.exists();
    if (!this.#exists) return;
    for (;;) {
      const { receivedMessageItems } = await this.#fetching.receiveMessages({
        numberOfMessages: most,
      });
      for (const { messageText, messageId, popReceipt } of receivedMessageItems) {
        await this.#fetching.deleteMessage(messageId, popReceipt);
        this.#accept(messageText);
      }
      // Azurite gives all that it has, up to what was asked for.
      if (receivedMessageItems.length < most) return;
    }
  }

  #accept(text: string): void {
    const row = decodeMessage(parse(Buffer.from(text, 'base64').toString('utf8')));
    if (row) this.put(row, this.#due.get(row.key) ?? this.#now());
    else this.foreign += 1;
  }
}

/** As the runtime hands a message over: parsed where that is possible. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
