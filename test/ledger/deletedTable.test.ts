import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LedgerStore, StorageFailure } from '../../functions/ledger/store.ts';
import { openTable, TableStore } from '../../functions/ledger/tableStore.ts';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import { type Passage, type Refusal, Tap } from '../lab/faults/tap.ts';

let azurite: Azurite;
let tap: Tap;
beforeAll(async () => {
  azurite = await startAzurite();
  tap = await Tap.open(azurite.tablePort);
});
afterAll(async () => {
  await tap.close();
  await azurite.stop();
});

const refusal = (status: number, code: string): Refusal => ({
  status,
  headers: { 'content-type': 'application/json;odata=minimalmetadata' },
  body: JSON.stringify({ 'odata.error': { code, message: { lang: 'en-US', value: code } } }),
});

/** A process's store, of a table that is not there. `how`: past the tap. */
function open(name = `t${randomUUID().replaceAll('-', '')}`, how?: 'past'): LedgerStore {
  const endpoint = how ? '$&' : `$1${tap.url}`;
  const connectionString = azurite.connectionString.replace(
    /(TableEndpoint=)http:\/\/[^/]+/,
    endpoint,
  );
  const retryOptions = { maxRetries: 0 };
  return new TableStore(openTable({ connectionString }, undefined, { retryOptions }, name));
}

const row = { partitionKey: 'p', rowKey: 'a' };
const calls: [string, (store: LedgerStore) => Promise<unknown>][] = [
  ['reading a row', (store) => store.get(row)],
  ['a query', (store) => store.query({})[Symbol.asyncIterator]().next()],
  ['inserting', (store) => store.insert(row)],
  ['replacing', (store) => store.replace(row, 'W/"1"')],
  ['putting', (store) => store.put(row)],
  ['removing', (store) => store.remove(row, 'W/"1"')],
  ['a transaction', (store) => store.transact([{ kind: 'insert', row }])],
];

const isMaking = ({ method, path }: Passage) => method === 'POST' && /\/Tables\b/.test(path);

describe.each(calls)('%s of a table that can not be made', (_, call) => {
  test.each([
    ['is being deleted', refusal(409, 'TableBeingDeleted'), 'TableBeingDeleted', true],
    ['has an answer without a code', { status: 409, headers: {} }, undefined, true],
    ['is in no account', refusal(404, 'ResourceNotFound'), 'ResourceNotFound', false],
  ])('for it %s is no conflict of writers', async (_, answer, code, retry) => {
    tap.rule = (passage) => (isMaking(passage) ? answer : 'pass');
    const failure = await call(open()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StorageFailure);
    expect(failure).toMatchObject({ status: answer.status, code, retry });
  });

  test('any more, for it goes meanwhile, is none either', async () => {
    tap.rule = (passage) => (isMaking(passage) ? 'pass' : refusal(409, 'TableBeingDeleted'));
    const failure = await call(open()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StorageFailure);
    expect(failure).toMatchObject({ status: 409, code: 'TableBeingDeleted', retry: true });
  });
});

test('a table that another has made meanwhile is there', async () => {
  const name = `t${randomUUID().replaceAll('-', '')}`;
  const store = open(name);
  tap.rule = async (passage): Promise<'pass'> => {
    if (isMaking(passage)) await open(name, 'past').insert({ ...row, rowKey: 'faster' });
    return 'pass';
  };
  await store.insert(row);
  const keys: string[] = [];
  for await (const { rowKey } of store.query({})) keys.push(rowKey);
  expect(keys).toEqual(['a', 'faster']);
});
