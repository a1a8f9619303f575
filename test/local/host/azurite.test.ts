import { createRequire } from 'node:module';
import { TableClient } from '@azure/data-tables';
import { QueueServiceClient } from '@azure/storage-queue';
import { expect, test } from 'vitest';
import { startAzurite } from '../../../local/azurite.ts';

test('tables and queues work through the connection string', async () => {
  const azurite = await startAzurite();
  try {
    const table = TableClient.fromConnectionString(azurite.connectionString, 'things', {
      allowInsecureConnection: true,
    });
    await table.createTable();
    await table.createEntity({ partitionKey: 'a', rowKey: 'b', text: 'here' });
    expect(await table.getEntity('a', 'b')).toMatchObject({ text: 'here' });

    const queue = QueueServiceClient.fromConnectionString(azurite.connectionString).getQueueClient(
      'things',
    );
    await queue.createIfNotExists();
    await queue.sendMessage('hello');
    const { receivedMessageItems } = await queue.receiveMessages();
    expect(receivedMessageItems.map((message) => message.messageText)).toEqual(['hello']);
  } finally {
    await azurite.stop();
  }
}, 30_000);

test('a stopped one frees its ports for the next, which begins empty', async () => {
  const first = await startAzurite();
  await QueueServiceClient.fromConnectionString(first.connectionString).createQueue('left');
  await first.stop();

  const { blobPort, queuePort, tablePort } = first;
  const second = await startAzurite({ blobPort, queuePort, tablePort });
  try {
    expect(second.connectionString).toBe(first.connectionString);
    const service = QueueServiceClient.fromConnectionString(second.connectionString);
    expect((await service.listQueues().next()).done).toBe(true);
  } finally {
    await second.stop();
  }
}, 30_000);

test('what its telemetry is made of is not loaded', async () => {
  await (await startAzurite()).stop();
  const loaded = Object.keys(createRequire(import.meta.url).cache);
  expect(loaded.filter((file) => file.includes('azurite'))).not.toEqual([]);
  expect(loaded.filter((file) => file.includes('opentelemetry'))).toEqual([]);
});
