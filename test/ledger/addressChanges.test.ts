import { expect, test } from 'vitest';
import { Ledger } from '../../functions/ledger/ledger.ts';
import { MemoryStore } from '../../functions/ledger/memoryStore.ts';

const now = new Date('2026-11-24T09:00:00Z');
const written = Array.from({ length: 500 }, (_, number) => ({
  userId: `user${number}`,
  auditId: `row${number}`,
  at: '2026-11-24T08:59:00.1234567Z',
  before: [],
  after: [`user${number}@home.example`],
}));

test('notes on addresses do not hold a poll up: several at once, and each row once', async () => {
  const store = new MemoryStore();
  let [inFlight, most, inserts] = [0, 0, 0];
  const insert = store.insert.bind(store);
  store.insert = async (row) => {
    inserts += 1;
    inFlight += 1;
    most = Math.max(most, inFlight);
    await Promise.resolve();
    inFlight -= 1;
    return insert(row);
  };
  const ledger = new Ledger(store);
  for (const _ of [1, 2, 3]) await ledger.noteAddresses(written, now);
  expect(inserts).toBe(500);
  expect(most).toBe(16);
  // Another process finds them there.
  await new Ledger(store).noteAddresses(written, now);
  expect(inserts).toBe(1000);
  expect(await ledger.readAddresses('user7', now)).toEqual([]);
  const [found] = await ledger.readAddresses('user7', new Date('2026-11-24T00:00:00Z'));
  expect(found).toMatchObject({ after: ['user7@home.example'] });
});

test('a note that storage did not take is made again', async () => {
  const store = new MemoryStore();
  const insert = store.insert.bind(store);
  let fails = true;
  store.insert = async (row) => {
    if (fails) throw new Error('busy');
    return insert(row);
  };
  const ledger = new Ledger(store);
  await expect(ledger.noteAddresses(written.slice(0, 1), now)).rejects.toThrow('busy');
  fails = false;
  await ledger.noteAddresses(written.slice(0, 1), now);
  expect(await ledger.readAddresses('user0', new Date('2026-11-24T00:00:00Z'))).toHaveLength(1);
});
