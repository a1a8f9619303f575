import type { TransactionAction } from '@azure/data-tables';
import { type MemoryRow, MemoryTable } from '../../../cli/rehearse/memoryTable.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: Azure forbids them.
const forbidden = /[/\\#?\u0000-\u001f\u007f-\u009f]/;
const mebibyte = 1_048_576;

/**
 * A table in memory that refuses with an Error what Azure refuses and Azurite takes: keys that may
 * not be, properties and entities that are too long, text that is no UTF-16, one row twice in a
 * transaction.
 */
export class StrictTable extends MemoryTable {
  override async submitTransaction(
    actions: TransactionAction[],
  ): Promise<{ subResponses: MemoryRow[] }> {
    const keys = actions.map(([, entity]) => entity as MemoryRow);
    if (actions.length > 100) throw new Error('more than 100 entities in a transaction');
    if (new Set(keys.map(({ partitionKey }) => partitionKey)).size > 1) {
      throw new Error('two partitions in a transaction');
    }
    if (new Set(keys.map(({ rowKey }) => rowKey)).size < keys.length) {
      throw new Error('one row twice in a transaction');
    }
    if (JSON.stringify(actions).length > 4 * mebibyte) throw new Error('a transaction over 4 MiB');
    return super.submitTransaction(actions);
  }

  protected override accept(entity: MemoryRow): MemoryRow {
    const kept = Object.entries(entity).filter(
      ([, value]) => value !== undefined && value !== null,
    );
    checkKey(entity.partitionKey);
    checkKey(entity.rowKey);
    const size = kept.reduce((sum, [name, value]) => sum + checkProperty(name, value), 0);
    if (size > mebibyte) throw new Error(`an entity of ${size} bytes`);
    if (kept.length > 252) throw new Error(`an entity of ${kept.length} properties`);
    return Object.fromEntries(kept) as MemoryRow;
  }
}

function checkKey(key: string) {
  if (typeof key !== 'string' || key.length > 512 || forbidden.test(key)) {
    throw new Error(`a key that may not be: ${JSON.stringify(key)}`);
  }
}

/** Its size in bytes: storage writes UTF-16. */
function checkProperty(name: string, value: unknown): number {
  if (typeof value !== 'string') {
    if (typeof value === 'boolean' || Number.isFinite(value)) return 2 * name.length + 8;
    throw new Error(`property ${name} is a ${typeof value}`);
  }
  if (value.length > 32_768) throw new Error(`property ${name} has ${value.length} characters`);
  if (!value.isWellFormed()) throw new Error(`property ${name} is no UTF-16`);
  return 2 * (name.length + value.length);
}
