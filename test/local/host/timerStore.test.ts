import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Azurite, startAzurite } from '../../../local/azurite.ts';
import { timersInBlobs } from '../../../local/host/timerStore.ts';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

test('a timer is remembered where the genuine host keeps it, in its words', async () => {
  const store = timersInBlobs(azurite.connectionString);
  expect(await store.read('poll')).toBeUndefined();
  const status = {
    last: new Date('2026-11-28T10:12:43.663Z'),
    next: new Date('2026-11-28T10:13:00Z'),
    lastUpdated: new Date('2026-11-28T10:12:43.663Z'),
  };
  await store.write('poll', status);
  expect(await store.read('poll')).toEqual(status);
  const container = BlobServiceClient.fromConnectionString(
    azurite.connectionString,
  ).getContainerClient('azure-webjobs-hosts');
  const names: string[] = [];
  for await (const { name } of container.listBlobsFlat()) names.push(name);
  expect(names).toEqual(['timers/security-info-notifier/Host.Functions.poll/status']);
  const text = (await container.getBlobClient(names[0] ?? '').downloadToBuffer()).toString();
  expect(JSON.parse(text)).toEqual({
    Last: '2026-11-28T10:12:43.663+00:00',
    Next: '2026-11-28T10:13:00+00:00',
    LastUpdated: '2026-11-28T10:12:43.663+00:00',
  });
  await store.write('poll', { next: status.next });
  expect(await store.read('poll')).toEqual({ next: status.next });
});

test('of two hosts one gets the lease, and the other once it is given back', async () => {
  const [one, other] = [
    timersInBlobs(azurite.connectionString),
    timersInBlobs(azurite.connectionString),
  ];
  const lease = await one.tryLease('sweep', 60);
  await lease?.renew();
  expect(await other.tryLease('sweep', 60)).toBeUndefined();
  await lease?.release();
  const next = await other.tryLease('sweep', 60);
  expect(next).toBeDefined();
  await expect(lease?.renew()).rejects.toMatchObject({ statusCode: 409 });
});
