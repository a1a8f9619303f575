import type { TokenCredential } from '@azure/identity';
import { BlobServiceClient } from '@azure/storage-blob';
import type { QueueClient } from '@azure/storage-queue';
import type { Config } from '../../functions/config/config.ts';
import type { Storage } from '../../functions/config/storage.ts';
import { poisonQueueName, queueName } from '../../functions/ledger/message.ts';
import { connectQueue } from '../../functions/ledger/queueClient.ts';
import { StorageFailure, storageFailure } from '../../functions/ledger/store.ts';
import { openTable, TableStore } from '../../functions/ledger/tableStore.ts';
import { storageRoles } from '../../functions/storageRefusal.ts';
import { storageProblem } from '../command.ts';
import { type Finding, look, well, wrong } from './finding.ts';

/** A person waits: one repeat is enough. */
const repeat = { maxRetries: 1, retryDelayInMs: 500 };
const retryOptions = { maxTries: 2, retryDelayInMs: 500 };

/** Where the Functions host keeps its timers' leases. */
const hostContainer = 'azure-webjobs-hosts';

/**
 * Uses everything in the storage account as the app and its host do: writes, reads, and deletes what it
 * wrote. A host whose storage refuses it ends without a word, and on the poison queue only once a message
 * is to go there.
 */
export async function checkStorage(config: Config, signedIn: TokenCredential): Promise<Finding[]> {
  const { storage } = config;
  const credential = 'connectionString' in storage ? undefined : signedIn;
  const store = new TableStore(openTable(storage, credential, { retryOptions: repeat }));
  const queue = (name: typeof queueName | typeof poisonQueueName) => () =>
    exchange(connectQueue(storage, credential, { retryOptions }, name));
  const sent = 'sent and deleted a message that nobody saw';
  return Promise.all([
    trying('table', 'table', 'written, read and deleted a row', async () => {
      const keys = { partitionKey: 'doctor', rowKey: new Date().toISOString() };
      const etag = await store.insert(keys);
      await store.get(keys);
      await store.remove(keys, etag);
    }),
    trying('queue', 'queue', sent, queue(queueName)),
    trying('poison queue', 'queue', sent, queue(poisonQueueName)),
    checkBlobs(storage, credential),
  ]);
}

async function exchange(queue: QueueClient): Promise<void> {
  await queue.createIfNotExists();
  // Hidden until it is deleted: the app never gets it.
  const sent = await queue.sendMessage('doctor', {
    visibilityTimeout: 300,
    messageTimeToLive: 600,
  });
  await queue.deleteMessage(sent.messageId, sent.popReceipt);
}

async function checkBlobs(
  storage: Storage,
  credential: TokenCredential | undefined,
): Promise<Finding> {
  const service = openBlobs(storage, credential);
  if (!service) {
    const fix = 'Give AzureWebJobsStorage__blobServiceUri to have it checked';
    return look('blobs', 'not checked: only the Functions host knows where they are', fix);
  }
  const work = async () => {
    const container = service.getContainerClient(hostContainer);
    await container.createIfNotExists();
    const blob = container.getBlockBlobClient(`doctor/${Date.now()}`);
    await blob.upload('', 0);
    const lease = blob.getBlobLeaseClient();
    await lease.acquireLease(15);
    await lease.releaseLease();
    await blob.delete();
  };
  const done = 'leased a blob as the timers are, and deleted it';
  return trying('blobs', 'blob', done, work, credential && refusedBlobs);
}

/** Whoever looks is not the app, and needs these blobs for nothing else: that they may not says nothing of the app. */
export const refusedBlobs = ({ code }: StorageFailure): Finding =>
  look(
    'blobs',
    `not checked: you may not use them (${code ?? 403})`,
    'To have it checked, give yourself Storage Blob Data Contributor on the account',
  );

function openBlobs(
  storage: Storage,
  credential: TokenCredential | undefined,
): BlobServiceClient | undefined {
  if (!('connectionString' in storage)) {
    const { blobUri } = storage;
    return blobUri ? new BlobServiceClient(blobUri, credential, { retryOptions }) : undefined;
  }
  const { connectionString } = storage;
  const named = /(^|;)(BlobEndpoint|DefaultEndpointsProtocol|AccountName)=/i.test(connectionString);
  return named
    ? BlobServiceClient.fromConnectionString(connectionString, { retryOptions })
    : undefined;
}

async function trying(
  check: string,
  service: keyof typeof storageRoles,
  done: string,
  work: () => Promise<void>,
  refused?: (failure: StorageFailure) => Finding,
): Promise<Finding> {
  try {
    await work();
    return well(check, done);
  } catch (thrown) {
    const error = storageFailure(thrown);
    if (error instanceof StorageFailure) {
      if (refused && error.status === 403) return refused(error);
      const { says, fix } = storageProblem(error, [storageRoles[service]]);
      return wrong(check, says, fix);
    }
    throw error;
  }
}
