import { setTimeout as sleep } from 'node:timers/promises';
import { QueueServiceClient } from '@azure/storage-queue';
import { failureOf, type Log } from './logLine.ts';
import { handleMessage, holdSeconds, type MessageQueues } from './message.ts';
import type { QueueSettings } from './queueSettings.ts';
import type { QueueFunction } from './registration.ts';

/** A queue function and its queue. */
export interface Queue {
  /** creates the queue and its poison queue where they are missing */
  create(): Promise<void>;
  /** starts polling */
  start(): void;
  /** handles messages until none is visible, and tells how many invocations that took */
  drain(): Promise<number>;
  /** stops receiving; resolves when no message is being handled */
  stop(): Promise<void>;
}

const poisonSuffix = '-poison';
const firstWait = 100;

/** The runtime waits up to `maxPollingInterval` when idle; nobody wants to wait that long here. */
const longestWait = 1000;

/** Prepares a queue function. */
export function createQueue(
  target: QueueFunction,
  storage: string,
  settings: QueueSettings,
  log: Log,
): Queue {
  const queues = connect(target.queueName, storage);
  const running = new Set<Promise<boolean>>();
  const stopping = new AbortController();
  let polling: Promise<void> | undefined;

  const complain = (error: unknown) =>
    log('warn', {
      event: 'host.storage',
      function: target.name,
      queue: target.queueName,
      ...failureOf(error),
    });

  async function create(): Promise<void> {
    await queues.queue.createIfNotExists();
    await queues.poison?.createIfNotExists();
  }

  /** Receives a batch and begins to handle it. */
  async function receive(): Promise<readonly Promise<boolean>[]> {
    const { receivedMessageItems } = await queues.queue.receiveMessages({
      numberOfMessages: settings.batchSize,
      visibilityTimeout: holdSeconds,
    });
    return receivedMessageItems.map((message) => {
      const handling = handleMessage(target, queues, message, settings, log)
        .catch((error) => {
          complain(error);
          return true;
        })
        .finally(() => running.delete(handling));
      running.add(handling);
      return handling;
    });
  }

  async function poll(): Promise<void> {
    const idle = Math.min(longestWait, settings.maxPollingInterval * 1000);
    let wait = firstWait;
    let created = false;
    while (!stopping.signal.aborted) {
      try {
        if (!created) await create();
        created = true;
        const received = await receive();
        if (received.length > 0) {
          wait = firstWait;
          while (running.size > settings.newBatchThreshold) await Promise.race(running);
          continue;
        }
      } catch (error) {
        complain(error);
        created = false;
      }
      await sleep(wait, undefined, { signal: stopping.signal }).catch(() => undefined);
      wait = Math.min(wait * 2, idle);
    }
  }

  return {
    create,
    start() {
      polling ??= poll();
    },
    async drain() {
      let invocations = 0;
      while (!stopping.signal.aborted) {
        const received = await receive();
        if (received.length === 0) break;
        invocations += (await Promise.all(received)).filter(Boolean).length;
      }
      return invocations;
    },
    async stop() {
      stopping.abort();
      await polling;
      await Promise.all(running);
    },
  };
}

function connect(queueName: string, storage: string): MessageQueues {
  // Few retries: the loop here repeats what failed, and the log should say so soon.
  const service = QueueServiceClient.fromConnectionString(storage, {
    retryOptions: { maxTries: 2, retryDelayInMs: 200 },
  });
  return {
    queue: service.getQueueClient(queueName),
    poison: queueName.endsWith(poisonSuffix)
      ? undefined
      : service.getQueueClient(queueName + poisonSuffix),
  };
}
