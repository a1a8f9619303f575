import { join } from 'node:path';
import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Azurite, startAzurite } from '../../../local/azurite.ts';
import { type Host, type HostOptions, type LogLine, startHost } from '../../../local/host/host.ts';
import { behaviour, calls, forget } from './fixtures/seen.ts';

let azurite: Azurite;
let work: QueueClient;
let poison: QueueClient;
let host: Host;
const lines: LogLine[] = [];

beforeAll(async () => {
  azurite = await startAzurite();
  const service = QueueServiceClient.fromConnectionString(azurite.connectionString);
  work = service.getQueueClient('work');
  poison = service.getQueueClient('work-poison');
}, 30_000);
afterAll(() => azurite.stop());

beforeEach(() => {
  forget();
  lines.length = 0;
});
afterEach(async () => {
  await host.stop();
  await work.clearMessages();
  await poison.clearMessages();
});

async function start(options: Partial<HostOptions> = {}): Promise<void> {
  host = await startHost({
    entries: [join(import.meta.dirname, 'fixtures', 'queues.ts')],
    storage: azurite.connectionString,
    log: (line) => lines.push(line),
    mode: 'manual',
    queues: { visibilityTimeout: 0 },
    ...options,
  });
}

const send = (text: string) => work.sendMessage(Buffer.from(text).toString('base64'));
const count = async (queue: QueueClient) =>
  (await queue.getProperties()).approximateMessagesCount ?? 0;
const events = () => lines.map((line) => line.event);

describe('a message', () => {
  test('is deleted once the function succeeded', async () => {
    await start();
    await send('hello');
    expect(await host.drainQueue('handle')).toBe(1);
    expect(calls.map((call) => call.input)).toEqual(['hello']);
    expect(await count(work)).toBe(0);
    expect(await host.drainQueue('handle')).toBe(0);
  });

  test('that is JSON arrives parsed', async () => {
    await start();
    for (const text of ['{"day":"2026-11-24"}', '12345', 'plain']) await send(text);
    await host.drainQueue('handle');
    const inputs = calls.map((call) => call.input);
    expect(inputs).toHaveLength(3);
    expect(inputs).toEqual(expect.arrayContaining([{ day: '2026-11-24' }, 12345, 'plain']));
  });

  test('brings its metadata as the runtime writes it', async () => {
    await start();
    const { messageId } = await send('hello');
    await host.drainQueue('handle');
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
    expect(calls[0]?.context.triggerMetadata).toEqual({
      queueTrigger: 'hello',
      dequeueCount: 1,
      expirationTime: time,
      id: messageId,
      insertionTime: time,
      nextVisibleTime: time,
      popReceipt: expect.any(String),
    });
    expect(calls[0]?.context.functionName).toBe('handle');
  });

  test('is tried five times, then moves to the poison queue', async () => {
    await start();
    behaviour.act = () => {
      throw new TypeError('not today');
    };
    await send('{"key":"a"}');
    expect(await host.drainQueue('handle')).toBe(5);
    expect(calls.map((call) => call.context.triggerMetadata?.['dequeueCount'])).toEqual([
      1, 2, 3, 4, 5,
    ]);
    expect(calls.every((call) => JSON.stringify(call.input) === '{"key":"a"}')).toBe(true);
    expect(await count(work)).toBe(0);
    expect(lines.filter((line) => line.event === 'host.failed')).toHaveLength(5);
    expect(lines.find((line) => line.event === 'host.failed')).toMatchObject({
      level: 'error',
      function: 'handle',
      error: 'TypeError',
      message: 'not today',
    });
    expect(events()).toContain('host.poisoned');

    forget();
    expect(await host.drainQueue('settle')).toBe(1);
    expect(calls[0]?.input).toEqual({ key: 'a' });
    expect(await count(poison)).toBe(0);
  });

  test('waits for the visibility timeout after a failure', async () => {
    await start({ queues: { visibilityTimeout: 3600 } });
    behaviour.act = () => {
      throw new Error('later');
    };
    await send('hello');
    expect(await host.drainQueue('handle')).toBe(1);
    expect(await host.drainQueue('handle')).toBe(0);
    expect(await count(work)).toBe(1);
  });

  test('that fails on a poison queue stays there', async () => {
    await start();
    behaviour.act = () => {
      throw new Error('never');
    };
    await poison.sendMessage(Buffer.from('hello').toString('base64'));
    expect(await host.drainQueue('settle')).toBe(1);
    expect(await count(poison)).toBe(1);
  });

  test('that is not base64 moves to the poison queue unseen', async () => {
    await start();
    await work.sendMessage('not base64!');
    expect(await host.drainQueue('handle')).toBe(0);
    expect(calls).toEqual([]);
    expect(await count(work)).toBe(0);
    expect(await count(poison)).toBe(1);
  });

  test('received too often moves to the poison queue unseen', async () => {
    await start();
    await send('hello');
    for (let time = 1; time <= 5; time++) {
      const [message] = (await work.receiveMessages()).receivedMessageItems;
      await work.updateMessage(message?.messageId ?? '', message?.popReceipt ?? '', undefined, 0);
    }
    expect(await host.drainQueue('handle')).toBe(0);
    expect(calls).toEqual([]);
    expect(await count(poison)).toBe(1);
  });
});

test('a running host polls, and handles no more at once than it may', async () => {
  let atOnce = 0;
  let most = 0;
  behaviour.act = async () => {
    most = Math.max(most, ++atOnce);
    await new Promise((resolve) => setImmediate(resolve));
    atOnce--;
  };
  await start({ mode: 'run', queues: { batchSize: 4, newBatchThreshold: 2 } });
  await Promise.all(Array.from({ length: 20 }, (_, index) => send(String(index))));
  await vi.waitFor(() => expect(calls).toHaveLength(20), { timeout: 10_000 });
  await vi.waitFor(async () => expect(await count(work)).toBe(0), { timeout: 10_000 });
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(6);
}, 30_000);

test('stopping waits for the message under way', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  behaviour.act = () => promise;
  await start({ mode: 'run' });
  await send('hello');
  await vi.waitFor(() => expect(calls).toHaveLength(1), { timeout: 10_000 });
  const stopped = host.stop();
  resolve();
  await stopped;
  expect(await count(work)).toBe(0);
  expect(events().at(-1)).toBe('host.stopped');
}, 30_000);

test('an unreachable storage is a line in the log, and no end', async () => {
  const away = await startAzurite();
  await away.stop();
  await start({ mode: 'run', storage: away.connectionString });
  await vi.waitFor(() => expect(events()).toContain('host.storage'), { timeout: 10_000 });

  const { queuePort, tablePort } = away;
  const back = await startAzurite({ queuePort, tablePort });
  try {
    const queue = QueueServiceClient.fromConnectionString(back.connectionString).getQueueClient(
      'work',
    );
    await queue.createIfNotExists();
    await queue.sendMessage(Buffer.from('hello').toString('base64'));
    await vi.waitFor(() => expect(calls).toHaveLength(1), { timeout: 10_000 });
    await host.stop();
  } finally {
    await back.stop();
  }
}, 30_000);
