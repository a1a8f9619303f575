import { TableClient } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import type { Storage } from '../storageSettings.ts';
import { Ledger } from './ledger.ts';

const tableName = 'securityInfo';

/** Opens the ledger's table. No call is made yet. */
export function openLedger(storage: Storage, credential: TokenCredential | undefined): Ledger {
  if ('connectionString' in storage) {
    const insecure = { allowInsecureConnection: true };
    return new Ledger(
      TableClient.fromConnectionString(storage.connectionString, tableName, insecure),
    );
  }
  if (!credential) throw new Error('AzureWebJobsStorage: an identity is needed, and there is none');
  return new Ledger(new TableClient(storage.tableUri, tableName, credential));
}
