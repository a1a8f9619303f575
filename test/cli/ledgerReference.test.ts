import { expect, test } from 'vitest';
import { findNotification } from '../../cli/ledger/review.ts';
import { reference } from '../../functions/ledger/keys.ts';
import { Ledger } from '../../functions/ledger/ledger.ts';
import { MemoryStore } from '../../functions/ledger/memoryStore.ts';
import { newRow } from '../lab/machine/newRow.ts';

const now = new Date('2026-11-24T09:00:00Z');

async function ledgerOf(count: number) {
  const ledger = new Ledger(new MemoryStore());
  const rows = Array.from({ length: count }, (_, number) => newRow(number, now));
  for (const row of rows) await ledger.insert(row);
  return { ledger, rows };
}

test('a reference is found as people read it off a mail: O for 0, I and L for 1', async () => {
  const { ledger, rows } = await ledgerOf(40);
  const read = rows.map((row) => reference(row).replaceAll('0', 'o').replaceAll('1', 'l'));
  expect(read.join('')).toMatch(/o.*l|l.*o/);
  for (const [index, typed] of read.entries()) {
    const { notification } = await findNotification(` ${typed} `, ledger, now);
    expect(notification.key).toBe(rows[index]?.key);
  }
});

test('two of one reference are named by their keys, and none is taken for the other', async () => {
  const { ledger, rows } = await ledgerOf(1);
  const [first] = rows;
  if (!first) throw new Error('There is none');
  const second = { ...first, key: first.key.replace(/.{8}$/, '00000000') };
  await ledger.insert(second);
  const asked = findNotification(reference(first), ledger, now);
  await expect(asked).rejects.toThrow(/^2 notifications have this reference/);
  await expect(asked).rejects.toThrow(second.key);
});
