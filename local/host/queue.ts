import { setTimeout as sleep } from 'node:timers/promises';
import { QueueServiceClient } from '@azure/storage-queue';
import type { QueueSettings } from './hostJson.ts';
import { idleWait } from './idle.ts';
import type { Ends, Listener } from './listener.ts';
import { failureOf, type Log } from './logLine.ts';
import { handleMessage, type MessageQueues } from './message.ts';
import { answerOf, refusalOf } from './refusal.ts';
import type { QueueFunction } from './registration.ts';
import type { HostRules } from './rules.ts';

/** A queue function and its queue. */
export interface Queue extends Listener {
  /** creates the queue and its poison queue where they are missing */
  create(): Promise<void>;
  /** handles messages until none is visible, and tells how many invocations that took */
  drain(): Promise<number>;
}

const poisonSuffix = '-poison';

/** What a queue's listener goes by. */
interface QueueOptions {
  readonly storage: string;
  readonly settings: QueueSettings;
  readonly rules: HostRules;
  readonly log: Log;
  readonly ends: Ends;
}

/** Prepares a queue function. */
export function createQueue(
  target: QueueFunction,
  { storage, settings, rules, log, ends }: QueueOptions,
): Queue {
  const queues = connect(target.queueName, storage);
  const running = new Set<Promise<boolean>>();
  const stopping = new AbortController();
  const handling = { settings, hold: rules.hold, log, ends };
  let polling: Promise<void> | undefined;
  let refusedSince: number | undefined;

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
      visibilityTimeout: rules.hold,
    });
    refusedSince = undefined;
    return receivedMessageItems.map((message) => {
      const handled = handleMessage(target, queues, message, handling)
        .catch((error: Error) => {
          ends(error);
          return true;
        })
        .finally(() => running.delete(handled));
      running.add(handled);
      return handled;
    });
  }

  /** A look that failed; where it is worth another, it was a look into an empty queue. */
  function heed(error: unknown): void {
    const answer = answerOf(error);
    if (answer === 'unreachable') refusedSince ??= Date.now();
    else refusedSince = undefined;
    const isOver = Date.now() - (refusedSince ?? Date.now()) >= rules.patience * 1000;
    if (answer !== 'refused' && !isOver) complain(error);
    else ends(refusalOf(error, 'receive from', 'queue', target.queueName));
  }

  async function poll(): Promise<void> {
    const longest = Math.min(rules.longestIdle, settings.maxPollingInterval) * 1000;
    let misses = 0;
    let created = !rules.makesQueues;
    while (!stopping.signal.aborted) {
      try {
        if (!created) await create();
        created = true;
        const received = await receive();
        if (received.length > 0) {
          misses = 0;
          while (running.size > settings.newBatchThreshold) await Promise.race(running);
          continue;
        }
      } catch (error) {
        heed(error);
      }
      const wait = idleWait(misses, longest);
      misses += 1;
      await sleep(wait, undefined, { signal: stopping.signal }).catch(() => undefined);
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
