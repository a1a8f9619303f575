import { afterAll, beforeAll, expect, test } from 'vitest';
import { Ledger } from '../../functions/ledger/ledger.ts';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import { freshStore } from '../fixtures/freshTable.ts';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

type Options = NonNullable<Parameters<typeof freshStore>[1]>;
type Policy = NonNullable<Options['additionalPolicies']>[number]['policy'];

/** Azure gives a null for what is selected and a row does not have; Azurite leaves it out. */
const nulls: Policy = {
  name: 'nulls',
  async sendRequest(request, next) {
    const response = await next(request);
    const selected = new URL(request.url).searchParams.get('$select')?.split(',') ?? [];
    const body = JSON.parse(response.bodyAsText || '{}') as { value?: object[] };
    if (selected.length === 0 || !body.value) return response;
    const missing = Object.fromEntries(selected.map((name) => [name, null]));
    const value = body.value.map((row) => ({ ...missing, ...row }));
    return { ...response, bodyAsText: JSON.stringify({ ...body, value }) };
  },
};
const open = () =>
  freshStore(azurite, { additionalPolicies: [{ policy: nulls, position: 'perRetry' }] });

test('what a row does not have is absent, whatever is selected', async () => {
  const store = open();
  const row = { partitionKey: '2026-08-01', rowKey: 'a', wanted: 1 };
  await store.insert(row);
  for await (const one of store.query({ select: ['wanted', 'missing'] })) {
    expect(one).toEqual({ ...row, etag: one.etag });
  }
});

test('rows of audits go with their day: they have no state', async () => {
  const store = open();
  await store.insert({ partitionKey: '2026-08-01', rowKey: 'a', verdict: 'noise' });
  await store.insert({ partitionKey: '2026-08-01', rowKey: 'n', state: 'pending' });
  expect(await new Ledger(store).purgeBefore('2026-09-01')).toBe(1);
});
