import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { LedgerStore } from '../../functions/ledger/store.ts';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import { freshStore } from '../fixtures/freshTable.ts';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

let name: string;
let asked: string[];
beforeEach(() => {
  name = `t${randomUUID().replaceAll('-', '')}`;
  asked = [];
});

/** A process's store, of which each request is noted. */
const open = () => {
  const policy: Policy = {
    name: 'noted',
    sendRequest(request, next) {
      asked.push(`${request.method} ${/\/Tables\b/.test(request.url) ? 'tables' : 'rows'}`);
      return next(request);
    },
  };
  return freshStore(azurite, { additionalPolicies: [{ policy, position: 'perCall' }] }, name);
};
type Options = NonNullable<Parameters<typeof freshStore>[1]>;
type Policy = NonNullable<Options['additionalPolicies']>[number]['policy'];

const row = { partitionKey: 'p', rowKey: 'a' };
const all = async (store: LedgerStore) => {
  const found: string[] = [];
  for await (const { rowKey } of store.query({})) found.push(rowKey);
  return found;
};

const calls: [string, (store: LedgerStore) => Promise<unknown>, unknown][] = [
  ['reading a row', (store) => store.get(row), undefined],
  ['a query', all, []],
  ['inserting', (store) => store.insert(row), expect.any(String)],
  ['putting', (store) => store.put(row), undefined],
  ['a transaction', (store) => store.transact([{ kind: 'insert', row }]), [expect.any(String)]],
];

test.each(calls)(
  'a table that is missing is made, and %s does what it would',
  async (_, call, gives) => {
    expect(await call(open())).toEqual(gives);
    expect(asked.filter((one) => one === 'POST tables')).toHaveLength(1);
  },
);

test('is made for many calls at once, of several processes, and nothing is lost', async () => {
  const stores = [open(), open()];
  const rows = Array.from({ length: 20 }, (_, index) => ({
    partitionKey: 'p',
    rowKey: `${index}`,
  }));
  await Promise.all(rows.map((one, index) => stores[index % 2]?.insert(one)));
  expect(await all(open())).toHaveLength(20);
});

test('nobody asks for a table that is there', async () => {
  await open().put(row);
  asked = [];
  const later = open();
  await later.get(row);
  await later.put(row);
  expect(asked).toEqual(['GET rows', 'PUT rows']);
});
