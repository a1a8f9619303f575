import { MemoryStore } from '../../../functions/ledger/memoryStore.ts';
import type { StoreKeys, Write } from '../../../functions/ledger/store.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: Azure forbids them.
const forbidden = /[/\\#?\u0000-\u001f\u007f-\u009f]/;
const mebibyte = 1_048_576;
/** Headers of a write within a transaction, in bytes: those of the SDK are a few hundred. */
const headBytes = 1000;

/**
 * A table in memory that refuses with an Error what Azure refuses and Azurite takes: keys that may
 * not be, properties and entities that are too long, text that is no UTF-16, one row twice in a
 * transaction.
 */
export class StrictTable extends MemoryStore {
  protected override write(writes: readonly Write[]): string[] {
    // What is sent is UTF-8.
    const bytes = Buffer.byteLength(JSON.stringify(writes)) + writes.length * headBytes;
    if (bytes > 4 * mebibyte) throw new Error('a transaction over 4 MiB');
    for (const { row } of writes) checkRow(row);
    return super.write(writes);
  }
}

function checkRow(row: StoreKeys): void {
  const kept = Object.entries(row).filter(([, value]) => value !== undefined && value !== null);
  checkKey(row.partitionKey);
  checkKey(row.rowKey);
  const size = kept.reduce((sum, [name, value]) => sum + checkProperty(name, value), 0);
  if (size > mebibyte) throw new Error(`an entity of ${size} bytes`);
  if (kept.length > 252) throw new Error(`an entity of ${kept.length} properties`);
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
