import { QueueServiceClient } from '@azure/storage-queue';
import { expect, test, vi } from 'vitest';
import { startAzurite } from '../../../local/azurite.ts';
import { holdMessage } from '../../../local/host/hold.ts';

test('a held message stays invisible, and its last receipt deletes it', async () => {
  const azurite = await startAzurite();
  try {
    const queue = QueueServiceClient.fromConnectionString(azurite.connectionString).getQueueClient(
      'held',
    );
    await queue.createIfNotExists();
    await queue.sendMessage('hello');
    const [message] = (await queue.receiveMessages({ visibilityTimeout: 2 })).receivedMessageItems;
    if (!message) throw new Error('no message');

    const update = vi.spyOn(queue, 'updateMessage');
    const lost = vi.fn();
    const hold = holdMessage(queue, message, 2, { onLost: lost, onRefused: lost });
    await vi.waitFor(() => expect(update.mock.calls.length).toBeGreaterThan(2), {
      timeout: 20_000,
    });
    expect((await queue.receiveMessages()).receivedMessageItems).toEqual([]);

    const receipt = await hold.release();
    expect(receipt).not.toBe(message.popReceipt);
    await queue.deleteMessage(message.messageId, receipt);
    expect(lost).not.toHaveBeenCalled();
    expect((await queue.getProperties()).approximateMessagesCount).toBe(0);
  } finally {
    await azurite.stop();
  }
}, 30_000);
