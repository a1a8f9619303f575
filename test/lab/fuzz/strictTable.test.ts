import { expect, test } from 'vitest';
import type { Write } from '../../../functions/ledger/store.ts';
import { StrictTable } from './strictTable.ts';

const rows = (count: number, unit: string): Write[] =>
  Array.from({ length: count }, (_, at) => ({
    kind: 'insert',
    row: { partitionKey: 'p', rowKey: `${at}`, text: unit.repeat(20_000) },
  }));

test('a transaction is 4 MiB of bytes, as storage counts them, and not of characters', async () => {
  const written = await new StrictTable().transact(rows(99, 'a'));
  expect(written).toHaveLength(99);
  // 1,400,000 characters, which are 4,200,000 bytes.
  const refused = new StrictTable().transact(rows(70, '\u4e00'));
  await expect(refused).rejects.toThrow('a transaction over 4 MiB');
});
