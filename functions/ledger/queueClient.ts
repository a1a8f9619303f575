import {
  AnonymousCredential,
  QueueClient,
  type StoragePipelineOptions,
} from '@azure/storage-queue';
import type { Storage } from '../config/storage.ts';
import type { Credential } from '../graph/token.ts';
import { type poisonQueueName, queueName } from './message.ts';
import { storageOptions } from './storageClient.ts';

/** So often, and so patiently, a call is tried again within its limit. */
const retryOptions = { maxTries: 4, retryDelayInMs: 500, maxRetryDelayInMs: 5_000 };

/** The queue itself, or the one for what the runtime gave up on. No call is made yet. */
export function connectQueue(
  storage: Storage,
  credential: Credential | undefined,
  options: StoragePipelineOptions = {},
  name: typeof queueName | typeof poisonQueueName = queueName,
): QueueClient {
  if ('connectionString' in storage) {
    const limits = { retryOptions, ...storageOptions(undefined), ...options };
    return new QueueClient(storage.connectionString, name, limits);
  }
  const url = `${storage.queueUri.replace(/\/$/, '')}/${name}`;
  const limits = { retryOptions, ...storageOptions(credential), ...options };
  return new QueueClient(url, new AnonymousCredential(), limits);
}
