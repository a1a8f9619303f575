import { join } from 'node:path';
import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Azurite, startAzurite } from '../../../local/azurite.ts';
import { type Host, type HostOptions, type LogLine, startHost } from '../../../local/host/host.ts';
import { decodeMessageText } from '../../../local/host/messageText.ts';
import { asInAzure } from '../../../local/host/rules.ts';
import { type Passage, type Rule, Tap } from '../../lab/faults/tap.ts';
import { behaviour, calls, forget } from './fixtures/seen.ts';

// The figures of the genuine listeners: see the table in docs/architecture.md.
let azurite: Azurite;
let tap: Tap;
let work: QueueClient;
let poison: QueueClient;
let host: Host | undefined;
const ends: Error[] = [];
const lines: LogLine[] = [];

beforeAll(async () => {
  azurite = await startAzurite();
  tap = await Tap.open(azurite.queuePort);
  const service = QueueServiceClient.fromConnectionString(azurite.connectionString);
  work = service.getQueueClient('work');
  poison = service.getQueueClient('work-poison');
});
afterAll(async () => {
  await tap.close();
  await azurite.stop();
});
beforeEach(async () => {
  forget();
  lines.length = 0;
  ends.length = 0;
  tap.rule = () => 'pass';
  await work.createIfNotExists();
  await poison.createIfNotExists();
});
afterEach(async () => {
  tap.rule = () => 'pass';
  await host?.stop();
  host = undefined;
  await work.deleteIfExists();
  await poison.deleteIfExists();
});

async function start({ rules, ...options }: Partial<HostOptions> = {}): Promise<void> {
  host = await startHost({
    entries: [join(import.meta.dirname, 'fixtures', 'queues.ts')],
    storage: azurite.connectionString.replace(/(QueueEndpoint=)http:\/\/[^/]+/, `$1${tap.url}`),
    log: (line) => lines.push(line),
    onEnd: (reason) => ends.push(reason),
    rules: { ...asInAzure, patienceAtStop: 1, ...rules },
    queues: { visibilityTimeout: 0, maxPollingInterval: 0.3 },
    ...options,
  });
}

const soon = { timeout: 10_000 };
const encoded = (text: string | Buffer) => Buffer.from(text).toString('base64');
const send = (text: string) => work.sendMessage(encoded(text));
const count = async (queue: QueueClient) =>
  (await queue.getProperties()).approximateMessagesCount ?? 0;
const has = (event: string) =>
  vi.waitFor(() => expect(lines.map((line) => line.event)).toContain(event), soon);

const receives = ({ method, path }: Passage) => method === 'GET' && path.includes('/messages');
const deletes = ({ method, path }: Passage) => method === 'DELETE' && path.includes('/messages/');
const answering =
  (status: number, code: string, matches: (passage: Passage) => boolean): Rule =>
  (passage) =>
    matches(passage) ? { status, headers: { 'x-ms-error-code': code } } : 'pass';
const reason = async () => {
  await vi.waitFor(() => expect(ends).toHaveLength(1), soon);
  return ends[0]?.message ?? '';
};

describe('storage that refuses ends the process, and the reason names the role and the queue:', () => {
  test('403 on a look', async () => {
    tap.rule = answering(403, 'AuthorizationPermissionMismatch', receives);
    await start();
    const says = await reason();
    expect(says).toContain('Storage Queue Data Contributor');
    expect(says).toMatch(
      /receive from the queue work(-poison)? \(403 AuthorizationPermissionMismatch\)/,
    );
    expect(lines.filter(({ event }) => event === 'host.failed')).toHaveLength(1);
  });

  test('400 on a look', async () => {
    tap.rule = answering(400, 'InvalidQueryParameterValue', receives);
    await start();
    expect(await reason()).toContain('400 InvalidQueryParameterValue');
  });

  test('403 when a message is to be deleted, which then stays held', async () => {
    tap.rule = answering(403, 'AuthorizationPermissionMismatch', deletes);
    await start();
    await send('hello');
    expect(await reason()).toContain('delete from the queue work');
    expect(await count(work)).toBe(1);
    expect((await work.receiveMessages()).receivedMessageItems).toEqual([]);
  });

  test('403 on the poison queue, at the first poisoning', async () => {
    tap.rule = answering(
      403,
      'AuthorizationPermissionMismatch',
      ({ method, path }) => method === 'POST' && path.includes('work-poison'),
    );
    await start();
    await work.sendMessage('not base64!');
    expect(await reason()).toContain('move a message to the queue work-poison');
  });

  test('no connection for as long as it is patient', async () => {
    await start({ rules: { ...asInAzure, patience: 2, patienceAtStop: 1 } });
    const began = Date.now();
    tap.rule = () => 'break';
    expect(await reason()).toContain('receive from the queue');
    expect(Date.now() - began).toBeGreaterThan(1800);
  });
});

test('503 is survived on a look, not on a delete', async () => {
  tap.rule = answering(503, 'ServerBusy', receives);
  await start();
  await has('host.storage');
  tap.rule = answering(503, 'ServerBusy', deletes);
  await send('hello');
  expect(await reason()).toContain('delete from the queue work (503 ServerBusy)');
});

test('a queue that is missing is never made: a warning at each look', async () => {
  await poison.deleteIfExists();
  await start();
  await vi.waitFor(() => {
    const missing = lines.filter(({ queue }) => queue === 'work-poison');
    expect(missing.length).toBeGreaterThan(3);
    expect(missing[0]).toMatchObject({ level: 'warn', event: 'host.storage' });
  }, soon);
  expect(await poison.exists()).toBe(false);
  expect(ends).toEqual([]);
});

test('the poison queue is made at the first poisoning: same text, another id', async () => {
  await poison.deleteIfExists();
  await start({ mode: 'run' });
  const { messageId } = await work.sendMessage('not base64!');
  await has('host.poisoned');
  const [moved] = (await poison.peekMessages()).peekedMessageItems;
  expect(moved?.messageText).toBe('not base64!');
  expect(moved?.messageId).not.toBe(messageId);
});

test('a message that keeps failing on a poison queue comes again whenever its hold is over', async () => {
  behaviour.act = () => {
    throw new Error('never');
  };
  // One second in the place of ten minutes.
  await start({ rules: { ...asInAzure, hold: 1, patienceAtStop: 1 } });
  await poison.sendMessage(encoded('hello'));
  await vi.waitFor(() => expect(calls.length).toBeGreaterThan(6), { timeout: 25_000 });
  expect(calls.map((call) => call.context.triggerMetadata?.['dequeueCount']).slice(0, 7)).toEqual([
    1, 2, 3, 4, 5, 6, 7,
  ]);
  expect(await count(poison)).toBe(1);
}, 40_000);

test('a function that hangs is no longer waited for: the process ends, the message stays held', async () => {
  behaviour.act = () => new Promise(() => {});
  await start({ timeout: 0.5 });
  await send('hello');
  expect(await reason()).toContain("longer than host.json's functionTimeout");
  expect(await count(work)).toBe(1);
  expect((await work.receiveMessages()).receivedMessageItems).toEqual([]);
});

test('a message that somebody else has by the time it is done counts as done', async () => {
  behaviour.act = async ({ context }) => {
    const { id, popReceipt } = context.triggerMetadata as Record<string, string>;
    await work.updateMessage(id ?? '', popReceipt ?? '', undefined, 60);
  };
  await start();
  await send('hello');
  await has('host.stale');
  expect(lines.find(({ event }) => event === 'host.stale')?.level).toBe('debug');
  expect(ends).toEqual([]);
});

describe('base64', () => {
  test.each([
    ['', 'text'],
    ['aGFs bG8=', 'text'],
    ['aGFs\r\nbG8=', 'text'],
    ['aGFsbG8', 'not base64'],
    ['aGFsbG8==', 'not base64'],
    ['aGFs\u00a0bG8=', 'not base64'],
    ['aGFsbG8_', 'not base64'],
    ['wyj/', 'undecodable'],
  ])('%j is %s', (given, kind) => {
    expect(decodeMessageText(given, 'base64').kind).toBe(kind);
  });

  test('with blanks in it is fine', async () => {
    await start();
    const text = encoded('{"day":"2026-11-24"}');
    await work.sendMessage(` ${text.slice(0, 6)}\n\t${text.slice(6)} `);
    await vi.waitFor(() => expect(calls).toHaveLength(1), soon);
    expect(calls[0]?.input).toEqual({ day: '2026-11-24' });
  });

  test('of what is no UTF-8 never reaches the function: five tries, then poison', async () => {
    await start();
    await work.sendMessage(encoded(Buffer.from([0xc3, 0x28, 0xff])));
    await has('host.poisoned');
    expect(calls).toEqual([]);
    expect(lines.filter(({ event }) => event === 'host.failed')).toHaveLength(5);
  });
});
