import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MemoryStore } from '../../functions/ledger/memoryStore.ts';
import {
  anyOf,
  type Entity,
  has,
  LedgerConflict,
  type LedgerStore,
  mostWrites,
  noneOf,
  partition,
  type Query,
  StorageFailure,
} from '../../functions/ledger/store.ts';
import { openTable, TableStore } from '../../functions/ledger/tableStore.ts';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import { freshStore } from '../fixtures/freshTable.ts';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

const row = (rowKey: string, more: object = {}, partitionKey = '2026-11-24'): Entity => ({
  partitionKey,
  rowKey,
  ...more,
});

describe.each<[string, () => LedgerStore]>([
  ['Table storage', () => freshStore(azurite)],
  ['memory', () => new MemoryStore()],
])('the store in %s', (_, open) => {
  let store: LedgerStore;
  beforeEach(() => {
    store = open();
  });

  const keysOf = async (query: Query) => {
    const keys: string[] = [];
    for await (const { partitionKey, rowKey } of store.query(query)) {
      keys.push(`${partitionKey} ${rowKey}`);
    }
    return keys;
  };
  const fill = async (...rows: readonly Entity[]) => {
    for (const one of rows) await store.insert(one);
  };

  test('gives back what was written and nothing else, and undefined for what is not there', async () => {
    const kept = { text: "it's 😀", number: 1.5, zero: 0, yes: true, no: false, empty: '' };
    const etag = await store.insert(row('a', { ...kept, gone: undefined }));
    expect(await store.get(row('a'))).toEqual({ ...row('a'), ...kept, etag });
    expect(await store.get(row('b'))).toBeUndefined();
    expect(await store.get(row('a', {}, 'elsewhere'))).toBeUndefined();
  });

  test('inserts a row once', async () => {
    await store.insert(row('a', { of: 'first' }));
    await expect(store.insert(row('a', { of: 'second' }))).rejects.toBeInstanceOf(LedgerConflict);
    expect(await store.get(row('a'))).toMatchObject({ of: 'first' });
  });

  test('replaces all of a row, under its ETag alone', async () => {
    const etag = await store.insert(row('a', { old: 1, same: 1 }));
    const next = await store.replace(row('a', { same: 2 }), etag);
    expect(next).not.toBe(etag);
    expect(await store.get(row('a'))).toEqual(row('a', { same: 2, etag: next }));
    const late = store.replace(row('a', { same: 3 }), etag);
    await expect(late).rejects.toBeInstanceOf(LedgerConflict);
    const gone = store.replace(row('b'), next);
    await expect(gone).rejects.toBeInstanceOf(LedgerConflict);
    expect(await store.get(row('b'))).toBeUndefined();
  });

  test('puts a row whatever was there before', async () => {
    await store.put(row('a', { one: 1 }));
    await store.put(row('a', { two: 2 }));
    expect(await store.get(row('a'))).toEqual(row('a', { two: 2, etag: expect.any(String) }));
  });

  test('removes a row under its ETag alone', async () => {
    const old = await store.insert(row('a'));
    const etag = await store.replace(row('a', { moved: true }), old);
    await expect(store.remove(row('a'), old)).rejects.toBeInstanceOf(LedgerConflict);
    await store.remove(row('a'), etag);
    expect(await store.get(row('a'))).toBeUndefined();
    await expect(store.remove(row('a'), etag)).rejects.toBeInstanceOf(LedgerConflict);
    await store.insert(row('a'));
  });

  test('does all of a transaction, and says the ETags in its order', async () => {
    const before = await store.insert(row('b'));
    await store.insert(row('c'));
    const etags = await store.transact([
      { kind: 'insert', row: row('a') },
      { kind: 'replace', row: row('b', { moved: true }), etag: before },
      { kind: 'remove', row: row('c') },
    ]);
    const [a, b] = [await store.get(row('a')), await store.get(row('b'))];
    expect(etags).toEqual([a?.etag, b?.etag, '']);
    expect(b).toMatchObject({ moved: true });
    expect(await store.get(row('c'))).toBeUndefined();
  });

  test.each([
    ['a row that is there', { kind: 'insert', row: row('there') } as const],
    ['an old ETag', { kind: 'replace', row: row('there'), etag: 'W/"datetime\'2020\'"' } as const],
    ['a row that is gone', { kind: 'remove', row: row('gone') } as const],
  ])('does nothing of a transaction that %s stands against', async (_, write) => {
    await store.insert(row('there', { of: 'first' }));
    const writes = [{ kind: 'insert', row: row('new') } as const, write];
    await expect(store.transact(writes)).rejects.toBeInstanceOf(LedgerConflict);
    expect(await store.get(row('new'))).toBeUndefined();
    expect(await store.get(row('there'))).toMatchObject({ of: 'first' });
  });

  test('does a transaction once the write is done whose ETag it waits for', async () => {
    const before = await store.insert(row('b'));
    const first = store.transact([
      { kind: 'replace', row: row('b', { turn: 1 }), etag: before },
      { kind: 'insert', row: row('a') },
    ]);
    const next = first.then(([etag = '']) => etag);
    const second = store.transact([
      { kind: 'replace', row: row('b', { turn: 2 }), etag: next },
      { kind: 'insert', row: row('c') },
    ]);
    const [etag] = await second;
    expect(await store.get(row('b'))).toEqual(row('b', { turn: 2, etag }));
    expect(await keysOf({})).toHaveLength(3);
  });

  test('does nothing of a transaction that waits for one that fails', async () => {
    await store.insert(row('b', { turn: 0 }));
    const first = store.transact([
      { kind: 'replace', row: row('b', { turn: 1 }), etag: 'W/"datetime\'2020\'"' },
    ]);
    const second = store.transact([
      { kind: 'replace', row: row('b', { turn: 2 }), etag: first.then(([etag = '']) => etag) },
      { kind: 'insert', row: row('c') },
    ]);
    const refused = expect(first).rejects.toBeInstanceOf(LedgerConflict);
    await expect(second).rejects.toBeInstanceOf(LedgerConflict);
    await refused;
    expect(await store.get(row('b'))).toMatchObject({ turn: 0 });
    expect(await store.get(row('c'))).toBeUndefined();
  });

  test('takes as many rows in a transaction as it says', async () => {
    const rows = Array.from({ length: mostWrites }, (_, index) => row(`k${1000 + index}`));
    await store.transact(rows.map((one) => ({ kind: 'insert', row: one })));
    expect(await keysOf({})).toHaveLength(mostWrites);
  });

  test('finds rows by partitions and keys, in their order', async () => {
    const days = ['2026-11-25', '2026-11-23', 'state', '2026-11-24'];
    for (const day of days)
      for (const key of ['c', '!b', 'a']) await store.insert(row(key, {}, day));
    expect(await keysOf(partition('state'))).toEqual(['state !b', 'state a', 'state c']);
    expect(await keysOf({ partitions: { before: 'a' }, keys: [{ from: 'b' }] })).toEqual([
      '2026-11-23 c',
      '2026-11-24 c',
      '2026-11-25 c',
    ]);
    expect(
      await keysOf({
        partitions: { from: '2026-11-24', to: '2026-11-25' },
        keys: [
          { from: 'a', before: 'c' },
          { from: '!b', to: '!b' },
        ],
      }),
    ).toEqual(['2026-11-24 !b', '2026-11-24 a', '2026-11-25 !b', '2026-11-25 a']);
    expect(await keysOf({ partitions: { from: '2027' }, keys: [{ to: 'c' }] })).toEqual([
      'state !b',
      'state a',
      'state c',
    ]);
  });

  test('finds rows by what they hold', async () => {
    await fill(
      row('1', { state: 'sent', of: "it's" }),
      row('2', { state: 'pending' }),
      row('3', { state: '' }),
      row('4', { number: 4 }),
      row('5', { state: 'failed', of: "it's" }),
    );
    const found = async (...where: NonNullable<Query['where']>) =>
      (await keysOf({ where })).map((key) => key.slice(-1)).join('');
    expect(await found(has('state'))).toBe('125');
    expect(await found(anyOf('state', 'sent', 'failed'))).toBe('15');
    expect(await found(has('state'), anyOf('of', "it's"))).toBe('15');
    expect(await found({ property: 'state', is: 'below', value: ['g'] })).toBe('35');
    expect(await found(anyOf('state', 'nothing'))).toBe('');
    expect(await found(noneOf('state', 'sent', 'failed'))).toBe('23');
  });

  test('gives keys and ETag whatever is selected', async () => {
    const etag = await store.insert(row('a', { wanted: 1, other: 2 }));
    for await (const one of store.query({ select: ['wanted'] })) {
      expect(one).toMatchObject(row('a', { wanted: 1, etag }));
    }
  });

  test('has all rows of a query, however many there are', async () => {
    for (let next = 0; next < 1100; next += mostWrites) {
      const rows = Array.from({ length: mostWrites }, (_, index) =>
        row(`k${10_000 + next + index}`),
      );
      await store.transact(rows.map((one) => ({ kind: 'insert', row: one })));
    }
    expect(await keysOf(partition('2026-11-24'))).toHaveLength(1100);
  });
});

describe('Table storage that fails', () => {
  const fast = { retryOptions: { maxRetries: 0 } };
  const failureOf = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );

  test('says so, with its code, and that a repeat may help', async () => {
    const nobody = 'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;';
    const endpoint = 'TableEndpoint=http://127.0.0.1:1/a;';
    const client = openTable({ connectionString: `${nobody}${endpoint}` }, undefined, fast);
    const store = new TableStore(client);
    for (const work of [
      () => store.get(row('a')),
      () => store.insert(row('a')),
      () => store.transact([{ kind: 'insert', row: row('a') }]),
      () => store.query({})[Symbol.asyncIterator]().next(),
    ]) {
      const failure = await failureOf(work());
      expect(failure).toBeInstanceOf(StorageFailure);
      expect(failure).toMatchObject({ status: undefined, code: 'ECONNREFUSED', retry: true });
    }
  });

  test('does not take a table that is missing for a row that is missing', async () => {
    const { connectionString } = azurite;
    const store = new TableStore(openTable({ connectionString }, undefined, fast), true);
    for (const work of [
      () => store.get(row('a')),
      () => store.put(row('a')),
      () => store.query({})[Symbol.asyncIterator]().next(),
    ]) {
      const failure = await failureOf(work());
      expect(failure).toMatchObject({ status: 404, code: 'TableNotFound', retry: false });
    }
  });
});
