import { RestError } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import type { Config } from '../../functions/config/config.ts';
import { storageCredential } from '../../functions/graph/credential.ts';
import { openTable } from '../../functions/ledger/openLedger.ts';
import { connectQueue } from '../../functions/ledger/queue.ts';
import { storageProblem } from '../command.ts';
import { type Finding, well, wrong } from './finding.ts';

/** A person waits: one repeat is enough. */
const retryOptions = { maxRetries: 1, retryDelayInMs: 500 };

/** Uses the table and the queue as the app does: writes, reads, and deletes what it wrote. */
export async function checkStorage(config: Config, signedIn: TokenCredential): Promise<Finding[]> {
  const credential = storageCredential(config, signedIn);
  const table = openTable(config.storage, credential, { retryOptions });
  const queue = connectQueue(config.storage, credential, {
    retryOptions: { maxTries: 2, retryDelayInMs: 500 },
  });
  return [
    await trying('table', 'written, read and deleted a row', async () => {
      await table.createTable();
      const keys = { partitionKey: 'doctor', rowKey: new Date().toISOString() };
      await table.createEntity(keys);
      await table.getEntity(keys.partitionKey, keys.rowKey);
      await table.deleteEntity(keys.partitionKey, keys.rowKey);
    }),
    await trying('queue', 'sent and deleted a message that nobody saw', async () => {
      await queue.createIfNotExists();
      // Hidden until it is deleted: the app never gets it.
      const sent = await queue.sendMessage('doctor', {
        visibilityTimeout: 300,
        messageTimeToLive: 600,
      });
      await queue.deleteMessage(sent.messageId, sent.popReceipt);
    }),
  ];
}

async function trying(check: string, done: string, work: () => Promise<void>): Promise<Finding> {
  try {
    await work();
    return well(check, done);
  } catch (error) {
    if (error instanceof RestError) {
      const { says, fix } = storageProblem(error);
      return wrong(check, says, fix);
    }
    throw error;
  }
}
