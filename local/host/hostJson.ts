import { readFileSync } from 'node:fs';

/** The `extensions.queues` of host.json, in seconds. */
export interface QueueSettings {
  /** how many messages are received at once */
  readonly batchSize: number;
  /** the next batch is received when no more than this many messages are being handled */
  readonly newBatchThreshold: number;
  /** how long a message waits after a failure */
  readonly visibilityTimeout: number;
  /** how often a message is tried before it goes to the poison queue */
  readonly maxDequeueCount: number;
  readonly maxPollingInterval: number;
  readonly messageEncoding: 'base64' | 'none';
}

interface HostJson {
  readonly functionTimeout?: string;
  readonly extensions?: {
    readonly eventHubs?: { readonly maxEventBatchSize?: number };
    readonly queues?: {
      readonly batchSize?: number;
      readonly newBatchThreshold?: number;
      readonly visibilityTimeout?: string;
      readonly maxDequeueCount?: number;
      readonly maxPollingInterval?: string;
      readonly messageEncoding?: 'base64' | 'none';
    };
  };
}

/** Reads a host.json, with the runtime's defaults for what it doesn't say. */
export function readQueueSettings(path: string): QueueSettings {
  const { extensions } = JSON.parse(readFileSync(path, 'utf8')) as HostJson;
  const queues = extensions?.queues ?? {};
  const batchSize = queues.batchSize ?? 16;
  return {
    batchSize,
    newBatchThreshold: queues.newBatchThreshold ?? Math.floor(batchSize / 2),
    visibilityTimeout: parseTimeSpan(queues.visibilityTimeout ?? '00:00:00'),
    maxDequeueCount: queues.maxDequeueCount ?? 5,
    maxPollingInterval: parseTimeSpan(queues.maxPollingInterval ?? '00:01:00'),
    messageEncoding: queues.messageEncoding ?? 'base64',
  };
}

/** How many events a function gets at once at most, by a host.json. */
export function readEventBatchSize(path: string): number {
  const { extensions } = JSON.parse(readFileSync(path, 'utf8')) as HostJson;
  return extensions?.eventHubs?.maxEventBatchSize ?? 100;
}

/** How long a function may run, in seconds, by a host.json; five minutes where it doesn't say. */
export function readFunctionTimeout(path: string): number {
  const { functionTimeout = '00:05:00' } = JSON.parse(readFileSync(path, 'utf8')) as HostJson;
  return functionTimeout === '-1' ? Number.POSITIVE_INFINITY : parseTimeSpan(functionTimeout);
}

/** Seconds of an "hh:mm:ss". */
function parseTimeSpan(text: string): number {
  const [, hours, minutes, seconds] = /^(\d\d):([0-5]\d):([0-5]\d)$/.exec(text) ?? [];
  if (seconds === undefined) {
    throw new Error(`host.json has "${text}" where a time such as "00:00:30" belongs.`);
  }
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
