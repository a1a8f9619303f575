import { TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import type { SharedClock } from '../clock.ts';
import type { Storage } from '../config/storage.ts';
import { Ledger } from './ledger.ts';

/** The ledger's table. */
export const tableName = 'securityInfo';

/**
 * Opens the ledger. No call is made yet. `existing`: its table is not created where it is missing, and
 * reading it takes no more than the right to read.
 */
export const openLedger = (
  storage: Storage,
  credential: TokenCredential | undefined,
  existing = false,
  options: TableServiceClientOptions = {},
): Ledger => new Ledger(openTable(storage, credential, options), existing);

/** Has a clock learn the time from every answer of the table. */
export const telling = (clock: SharedClock): TableServiceClientOptions => ({
  additionalPolicies: [
    {
      position: 'perCall',
      policy: {
        name: 'sharedClock',
        sendRequest: (request, next) =>
          clock.during(
            () => next(request),
            ({ headers }) => headers.get('date'),
          ),
      },
    },
  ],
});

/** Opens the ledger's table. No call is made yet. */
export function openTable(
  storage: Storage,
  credential: TokenCredential | undefined,
  options: TableServiceClientOptions = {},
): TableClient {
  if ('connectionString' in storage) {
    const insecure = { allowInsecureConnection: true, ...options };
    return TableClient.fromConnectionString(storage.connectionString, tableName, insecure);
  }
  if (!credential) throw new Error('AzureWebJobsStorage: an identity is needed, and there is none');
  return new TableClient(storage.tableUri, tableName, credential, options);
}
