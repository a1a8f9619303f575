import { setTimeout as sleep } from 'node:timers/promises';
import type { Long } from './core.ts';
import { invoke, type Trigger } from './invocation.ts';
import type { Ends } from './listener.ts';
import type { Log } from './logLine.ts';
import { timeoutOf } from './message.ts';
import type { EventHubFunction } from './registration.ts';

/** An event hub function and the one partition that it reads. */
export interface EventHub {
  /**
   * hands events to the function in batches, when those before them are done; false: one batch or more
   * failed for good
   */
  send(events: readonly unknown[]): Promise<boolean>;
  /** takes no more batches; resolves when none is being handled */
  stop(): Promise<void>;
}

/** Waits for that many milliseconds, or until it is told to stop. */
export type RetryWait = (milliseconds: number, signal: AbortSignal) => Promise<unknown>;

/** What an event hub's listener goes by. */
interface EventHubOptions {
  readonly log: Log;
  readonly ends: Ends;
  /** events of a batch */
  readonly most: number;
  readonly wait?: RetryWait | undefined;
}

/**
 * Prepares an event hub function. As in the runtime, batches of a partition hold `most` events and come
 * one after the other, and one that failed for good is passed over: nothing brings it again.
 */
export function createEventHub(
  target: EventHubFunction,
  {
    log,
    ends,
    most,
    wait = (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
  }: EventHubOptions,
): EventHub {
  const stopping = new AbortController();
  let last: Promise<unknown> = Promise.resolve();
  let sequence = 0;

  async function handle(batch: readonly unknown[]): Promise<boolean> {
    const trigger = triggerOf(target, batch, sequence, new Date());
    sequence += batch.length;
    for (let tried = 0; !stopping.signal.aborted; tried += 1) {
      const outcome = await invoke(target, { ...trigger, ...retryAfter(tried) }, log);
      if (outcome === 'succeeded') return true;
      if (outcome === 'timed out') {
        ends(timeoutOf(target));
        return false;
      }
      if (tried >= target.retries) break;
      await wait(target.retrySeconds * 1000, stopping.signal).catch(() => undefined);
    }
    log('error', { event: 'host.passedOver', function: target.name, events: batch.length });
    return false;
  }

  async function handleAll(events: readonly unknown[]): Promise<boolean> {
    let good = true;
    for (let first = 0; first === 0 || first < events.length; first += most) {
      if (!(await handle(events.slice(first, first + most)))) good = false;
    }
    return good;
  }

  const retryAfter = (tried: number) =>
    tried > 0 && {
      retry: { retryCount: tried, maxRetryCount: target.retries, exception: unnamedFailure },
    };

  return {
    send(events) {
      if (stopping.signal.aborted) {
        return Promise.reject(new Error(`The host of "${target.name}" has stopped.`));
      }
      const handled = last.then(() => handleAll(events));
      last = handled;
      return handled;
    },
    async stop() {
      stopping.abort();
      await last;
    },
  };
}

/** The host says of a failure no more than this. */
const unnamedFailure = { message: 'Result: Failure', source: '', stackTrace: '' };

/** The batch as the runtime hands it on: the events' bodies as text, everything else as JSON. */
function triggerOf(
  { eventHubName }: EventHubFunction,
  events: readonly unknown[],
  first: number,
  at: Date,
): Trigger {
  const json = (value: unknown) => ({ json: JSON.stringify(value) });
  const each = <T>(value: (index: number) => T) => json(events.map((_, index) => value(index)));
  const texts = events.map((event) => (typeof event === 'string' ? event : JSON.stringify(event)));
  return {
    data: { collectionString: { string: texts } },
    metadata: {
      PartitionContext: json({
        FullyQualifiedNamespace: 'local.servicebus.windows.net',
        EventHubName: eventHubName,
        ConsumerGroup: '$Default',
        PartitionId: '0',
      }),
      // The worker drops keys that are empty, and nobody gives them here.
      PartitionKeyArray: { collectionString: { string: [] } },
      // The library takes for numbers what looks like them.
      OffsetArray: {
        collectionString: { string: events.map((_, index) => String(4096 * (first + index))) },
      },
      SequenceNumberArray: {
        collectionSint64: { sint64: events.map((_, index) => asLong(first + index)) },
      },
      EnqueuedTimeUtcArray: each(() => at.toISOString().slice(0, 23)),
      PropertiesArray: each(() => ({})),
      SystemPropertiesArray: each((index) => ({ SequenceNumber: first + index })),
    },
  };
}

const asLong = (value: number): Long => ({
  low: (value % 2 ** 32) | 0,
  high: Math.floor(value / 2 ** 32),
  unsigned: false,
});
