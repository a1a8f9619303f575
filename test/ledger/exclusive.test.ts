import type { TableServiceClientOptions } from '@azure/data-tables';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Entity, LedgerConflict, StorageFailure } from '../../functions/ledger/store.ts';
import { openTable, TableStore } from '../../functions/ledger/tableStore.ts';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import { Tap } from '../lab/faults/tap.ts';

let azurite: Azurite;
let tap: Tap;
let store: TableStore;
let other: TableStore;
/** What becomes of the answers to writes. */
let silent: 'etag' | 'parts' | undefined;
let count = 0;

beforeAll(async () => {
  azurite = await startAzurite();
  tap = await Tap.open(azurite.tablePort);
});
afterAll(async () => {
  await tap.close();
  await azurite.stop();
});
beforeEach(() => {
  silent = undefined;
  lengths = [];
  tap.rule = () => 'pass';
  const tapped = azurite.connectionString.replace(/(TableEndpoint=)http:\/\/[^/]+/, `$1${tap.url}`);
  const retryOptions = { maxRetries: 2, retryDelayInMs: 1, maxRetryDelayInMs: 1 };
  const open = (connectionString: string) =>
    new TableStore(
      openTable({ connectionString }, undefined, { retryOptions, additionalPolicies }),
    );
  store = open(tapped);
  other = new TableStore(openTable({ connectionString: azurite.connectionString }, undefined));
});

const additionalPolicies: NonNullable<TableServiceClientOptions['additionalPolicies']> = [
  {
    position: 'perCall',
    policy: {
      name: 'silence',
      async sendRequest(request, next) {
        const response = await next(request);
        const { body } = request;
        if (typeof body === 'string' || body instanceof Uint8Array) {
          const said = Number(request.headers.get('content-length'));
          lengths.push({ said, held: Buffer.byteLength(body) });
        }
        if (request.method === 'GET') return response;
        if (silent === 'etag') response.headers.delete('etag');
        if (silent === 'parts' && request.url.includes('$batch')) {
          return { ...response, bodyAsText: '--batchresponse_0--\r\n' };
        }
        return response;
      },
    },
  },
];

/** Of the writes: how long their bodies were said to be, and how long they were. */
let lengths: { said: number; held: number }[];

const isWrite = ({ method, path }: { method: string; path: string }) =>
  method !== 'GET' && !path.includes('/Tables');

const row = (value: string): Entity => ({ partitionKey: 'p', rowKey: `r${count}`, value });

/** A row that is there, and its ETag. */
async function written(): Promise<string> {
  count += 1;
  return store.insert(row('before'));
}

const ways = {
  replace: (etag: string) => store.replace(row('ours'), etag),
  transact: async (etag: string) =>
    (await store.transact([{ kind: 'replace', row: row('ours'), etag }]))[0],
} as const;

describe.each(Object.entries(ways))('an exclusive write (%s)', (name, write) => {
  test.each([1, 3])(
    'whose answer is lost (%i times) is ours, as reading back shows',
    async (times) => {
      const etag = await written();
      let left = times;
      tap.rule = (passage) => {
        if (!isWrite(passage) || left === 0) return 'pass';
        left -= 1;
        return 'loseAnswer';
      };
      const next = await write(etag);
      const now = await other.get(row(''));
      expect(now).toMatchObject({ value: 'ours', etag: next });
      expect(left).toBe(0);
    },
  );

  test('whose answer gives no ETag has the one that the row has', async () => {
    const etag = await written();
    silent = name === 'replace' ? 'etag' : 'parts';
    expect(await write(etag)).toBe((await other.get(row('')))?.etag);
  });

  test('that was not carried out is not believed, whatever the answer', async () => {
    const etag = await written();
    silent = 'etag';
    tap.rule = (passage) => (isWrite(passage) ? { status: 204 } : 'pass');
    await expect(write(etag)).rejects.toThrow();
    expect(await other.get(row(''))).toMatchObject({ value: 'before' });
  });

  test('that another was ahead of with the very same words is a conflict', async () => {
    const etag = await written();
    await other.replace(row('ours'), etag);
    await expect(write(etag)).rejects.toBeInstanceOf(LedgerConflict);
  });

  test('that can’t be read back is a failure that may pass', async () => {
    const etag = await written();
    tap.rule = (passage) => (isWrite(passage) ? 'loseAnswer' : 'break');
    const failure = await write(etag).catch((error: unknown) => error);
    expect(failure).toMatchObject({ retry: true });
    expect(failure instanceof StorageFailure || failure instanceof LedgerConflict).toBe(true);
  });
});

test('an insert whose answers are lost is ours; one that another made is not', async () => {
  count += 1;
  tap.rule = (passage) => (isWrite(passage) ? 'loseAnswer' : 'pass');
  const etag = await store.insert(row('ours'));
  expect(await other.get(row(''))).toEqual({ ...row('ours'), etag });
  await expect(other.insert(row('ours'))).rejects.toBeInstanceOf(LedgerConflict);
});

describe('a transaction that waits for another', () => {
  const pair = (etag: string) => {
    const first = store.transact([{ kind: 'replace', row: row('first'), etag }]);
    const second = store.transact([
      { kind: 'replace', row: row('second'), etag: first.then(([next = '']) => next) },
    ]);
    return Promise.allSettled([first, second]);
  };

  test('goes on from what it reads back, where the answer is lost for which it waits', async () => {
    const etag = await written();
    let left = 3;
    tap.rule = (passage) => {
      if (!isWrite(passage) || left === 0) return 'pass';
      left -= 1;
      return 'loseAnswer';
    };
    const [, second] = await pair(etag);
    const now = await other.get(row(''));
    expect(now).toMatchObject({ value: 'second' });
    expect(second).toEqual({ status: 'fulfilled', value: [now?.etag] });
  });

  test('says what it says, whatever its rows hold before, between and behind the ETags that it waits for', async () => {
    count += 1;
    const text = 'Zoë W/"next-7f0c1a52-0000-4000-8000-000000000000" ✅ \u{20bb7}';
    const rows = ['a', 'b', 'c'].map((name) => ({ ...row(text), rowKey: `r${count}${name}` }));
    const began = rows.map((one) => store.insert(one));
    const changed = rows.map((one, at) => ({ ...one, value: `${text} ${at}` }));
    const etags = await store.transact(
      changed.map((one, at) => ({ kind: 'replace', row: one, etag: began[at] as Promise<string> })),
    );
    for (const [at, one] of changed.entries()) {
      expect(await other.get(one)).toEqual({ ...one, etag: etags[at] });
    }
    // One more byte than that is taken for the beginning of the next request.
    for (const { said, held } of lengths) expect(said).toBe(held);
    expect(lengths.length).toBeGreaterThan(rows.length);
  });

  test('sends nothing where that one fails, and looks for nothing', async () => {
    const etag = await written();
    let asked = 0;
    tap.rule = (passage) => {
      asked += 1;
      return isWrite(passage) ? { status: 503 } : 'pass';
    };
    const [first, second] = await pair(etag);
    // Three tries of the first, and one look at its row.
    expect(asked).toBe(4);
    expect(second).toEqual(first);
    expect(first).toMatchObject({ status: 'rejected', reason: expect.any(StorageFailure) });
    expect(await other.get(row(''))).toMatchObject({ value: 'before' });
  });
});
