import type { Storage } from '../config/storage.ts';
import type { Credential } from '../graph/token.ts';
import type { Log } from '../log.ts';
import { storageRefusal } from '../storageRefusal.ts';
import { poisonQueueName, queueName } from './message.ts';
import { connectQueue } from './queueClient.ts';
import { openTable, tableName } from './tableStore.ts';

/** Whoever waits for this waits for the first function: one repeat is enough. */
const once = { maxRetries: 1, retryDelayInMs: 500 };
const retryOptions = { maxTries: 2, retryDelayInMs: 500 };

/**
 * Makes the table and both queues where they are missing: the host only listens, and a host whose
 * storage refuses it ends without saying what it lacks. What is refused is said here, with the role.
 * Never throws: what is out of reach is found out again by whoever needs it.
 */
export async function prepareStorage(
  storage: Storage,
  credential: Credential | undefined,
  log: Log,
): Promise<void> {
  const queue = (name: typeof queueName | typeof poisonQueueName) =>
    connectQueue(storage, credential, { retryOptions }, name).createIfNotExists();
  const make = async (resource: string, work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      const refusal = storageRefusal(error);
      if (refusal) log('error', 'storage.refused', { ...refusal, resource });
    }
  };
  await Promise.all([
    make(tableName, () => openTable(storage, credential, { retryOptions: once }).createTable()),
    make(queueName, () => queue(queueName)),
    make(poisonQueueName, () => queue(poisonQueueName)),
  ]);
}
