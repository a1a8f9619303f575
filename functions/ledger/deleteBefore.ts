import type { TableClient, TransactionAction } from '@azure/data-tables';
import { isFinal, type State } from './notification.ts';

/**
 * Deletes the days before `day`, but for notifications that are not final, and what was kept aside
 * before it. Returns how many rows went.
 */
export async function deleteBefore(table: TableClient, day: string): Promise<number> {
  const old = `PartitionKey eq 'unparsable' and keptAt lt '${day}'`;
  const filter = `PartitionKey lt '${day}' or (${old})`;
  const queryOptions = { filter, select: ['PartitionKey', 'RowKey', 'state'] };
  let batch: TransactionAction[] = [];
  let batchDay = '';
  let deleted = 0;
  const flush = async () => {
    if (batch.length > 0) await table.submitTransaction(batch);
    deleted += batch.length;
    batch = [];
  };
  for await (const entity of table.listEntities<{ state?: State }>({ queryOptions })) {
    const { partitionKey = '', rowKey = '', state } = entity;
    if (state !== undefined && !isFinal(state)) continue;
    if (partitionKey !== batchDay || batch.length === 100) await flush();
    batchDay = partitionKey;
    batch.push(['delete', { partitionKey, rowKey }]);
  }
  await flush();
  return deleted;
}
