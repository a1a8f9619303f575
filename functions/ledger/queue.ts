import type { QueueClient, StoragePipelineOptions } from '@azure/storage-queue';
import type { Storage } from '../config/storage.ts';
import type { Credential } from '../graph/token.ts';
import type { RowRef } from './keys.ts';
import { encodeMessage } from './message.ts';
import type { Notification } from './notification.ts';
import { storageFailure } from './store.ts';

/** What is to be looked at then. Its message may come earlier by `earlyMs`, and waits for the moment. */
export interface Message {
  readonly row: RowRef;
  readonly at: Date;
  readonly earlyMs?: number;
}

/** Puts keys of notifications on the queue; each becomes visible at its time. Throws `StorageFailure`. */
export interface NotificationQueue {
  enqueue(messages: readonly Message[]): Promise<void>;
}

/** A worker holds a message that came early: no longer than this for one whose people take long to look up. */
const longestLookMs = 60_000;

/**
 * Delays are whole seconds, so a message comes early. Behind others a slot is shorter than the time for
 * which an idle queue is left alone, and an urgent mail must not miss its slot where all workers are busy.
 * What took too long to look up has to be looked up again: it would miss its next slot as well.
 */
function earlyMs({ urgent, inLine, lookMs = 0 }: Notification): number {
  const usual = urgent ? 4000 : inLine ? 2000 : 1000;
  return usual + Math.min(lookMs, longestLookMs);
}

/** A message that comes by less than this before its time is kept: clocks differ, too. In ms. */
export const mostEarlyMs = (row: Notification): number => 1.5 * earlyMs(row);

/** The message of a notification that is due then. Nobody comes before a lease is over. */
export const messageFor = (row: Notification, due: Date): Message => ({
  row,
  at: due,
  ...(row.state !== 'sending' && { earlyMs: earlyMs(row) }),
});

/** Azure's bound for a message's delay, in seconds; what is due later is put off again then. */
const longestDelay = 7 * 24 * 3600 - 60;
const atOnce = 16;

/** For how many seconds a message stays hidden that is put on the queue now. */
export function delayOf({ at, earlyMs = 0 }: Message, now: Date): number {
  const seconds = Math.ceil((at.getTime() - earlyMs - now.getTime()) / 1000);
  return Math.min(Math.max(0, seconds), longestDelay);
}

/**
 * Opens the queue. No call is made yet. `now` gives the time that delays are counted from. Requests
 * are repeated as the SDK does it, unless `options` say otherwise.
 */
export function openQueue(
  storage: Storage,
  credential: Credential | undefined,
  now: () => Date,
  options: StoragePipelineOptions = {},
): NotificationQueue {
  let opened: Promise<QueueClient> | undefined;
  const open = async () => {
    // Its library is half of what a poll would load, and most polls find nothing to enqueue.
    const { connectQueue } = await import('./queueClient.ts');
    const client = connectQueue(storage, credential, options);
    await client.createIfNotExists();
    return client;
  };
  const send = async (client: QueueClient, message: Message) => {
    const visibilityTimeout = delayOf(message, now());
    const options = { visibilityTimeout, messageTimeToLive: -1 };
    await client.sendMessage(encodeMessage(message.row), options);
  };
  return {
    async enqueue(messages) {
      if (messages.length === 0) return;
      try {
        opened ??= open();
        const client = await opened.catch((error) => {
          opened = undefined;
          throw error;
        });
        for (let next = 0; next < messages.length; next += atOnce) {
          const some = messages.slice(next, next + atOnce);
          await Promise.all(some.map((message) => send(client, message)));
        }
      } catch (error) {
        throw storageFailure(error);
      }
    },
  };
}
