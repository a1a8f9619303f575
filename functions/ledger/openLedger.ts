import { TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import type { Storage } from '../config/storage.ts';
import type { Credential } from '../graph/token.ts';
import { Ledger } from './ledger.ts';
import { storageOptions } from './storageClient.ts';

/** The ledger's table. */
export const tableName = 'securityInfo';

/**
 * Opens the ledger. No call is made yet. `existing`: its table is not created where it is missing, and
 * reading it takes no more than the right to read.
 */
export const openLedger = (
  storage: Storage,
  credential: Credential | undefined,
  existing = false,
): Ledger => new Ledger(openTable(storage, credential), existing);

/** So often, and so patiently, a call is tried again within its limit. */
const retryOptions = { maxRetries: 3, retryDelayInMs: 500, maxRetryDelayInMs: 5_000 };

/** Opens the ledger's table. No call is made yet. */
export function openTable(
  storage: Storage,
  credential: Credential | undefined,
  options: TableServiceClientOptions = {},
): TableClient {
  if ('connectionString' in storage) {
    const insecure = {
      allowInsecureConnection: true,
      retryOptions,
      ...storageOptions(undefined),
      ...options,
    };
    return TableClient.fromConnectionString(storage.connectionString, tableName, insecure);
  }
  if (!credential) throw new Error('AzureWebJobsStorage: an identity is needed, and there is none');
  const limits = { retryOptions, ...storageOptions(credential), ...options };
  return new TableClient(storage.tableUri, tableName, limits);
}
