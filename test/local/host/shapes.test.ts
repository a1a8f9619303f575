import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { QueueClient } from '@azure/storage-queue';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type Azurite, startAzurite } from '../../../local/azurite.ts';
import { type Host, type LogLine, startHost } from '../../../local/host/host.ts';
import { behaviour, calls, forget } from './fixtures/seen.ts';

/** What Microsoft's worker handed to functions. */
const recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'workerShapes.json'), 'utf8'));

let azurite: Azurite;
let host: Host;
const lines: LogLine[] = [];

beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());
beforeEach(() => {
  forget();
  lines.length = 0;
});
afterEach(() => host.stop());

async function start(fixture: string): Promise<void> {
  host = await startHost({
    entries: [join(import.meta.dirname, 'fixtures', fixture)],
    storage: azurite.connectionString,
    log: (line) => lines.push(line),
    mode: 'manual',
    wait: async () => {},
  });
}

/** Names in their order, types, and how texts are written. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).map(([name, member]) => [name, shapeOf(member)]);
  }
  if (typeof value !== 'string') return typeof value;
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?\+00:00$/.test(value)) return 'time+00:00';
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/.test(value)) return 'time';
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(value)) return 'guid';
  return value === '' ? 'empty' : 'text';
}

const context = () => calls.at(-1)?.context;

function expectContext(trigger: string): void {
  expect(context()?.options.trigger.type).toBe(trigger);
  expect(context()?.traceContext?.traceParent).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-0\d$/);
}

test('a timer', async () => {
  await start('minutely.ts');
  await host.runTimer('minutely');
  expect(shapeOf(calls[0]?.input)).toEqual(shapeOf(recorded.timer.input));
  expect(context()?.triggerMetadata).toBeUndefined();
  expectContext(recorded.timer.trigger);
});

test('a queue message', async () => {
  await start('queues.ts');
  const text = JSON.stringify(recorded.queue.input);
  const queue = new QueueClient(azurite.connectionString, 'work');
  await queue.sendMessage(Buffer.from(text).toString('base64'), { messageTimeToLive: -1 });
  await host.drainQueue('handle');
  expect(calls[0]?.input).toEqual(recorded.queue.input);
  expect(shapeOf(context()?.triggerMetadata)).toEqual(shapeOf(recorded.queue.metadata));
  expect(context()?.triggerMetadata?.['expirationTime']).toBe(
    recorded.queue.metadata.expirationTime,
  );
  expectContext(recorded.queue.trigger);
});

test('a batch of events, at its second try', async () => {
  vi.stubEnv('FIXTURE_HUB', 'audit-logs');
  await start('hubs.ts');
  behaviour.act = () => {
    if (calls.length < 2) throw new Error('boom for adele@contoso.example');
  };
  await host.sendEvents('take', recorded.hub.input);
  vi.unstubAllEnvs();
  expect(calls[1]?.input).toEqual(recorded.hub.input);
  expect(shapeOf(context()?.triggerMetadata)).toEqual(shapeOf(recorded.hub.metadata));
  expect(context()?.triggerMetadata?.['offsetArray']).toEqual(recorded.hub.metadata.offsetArray);
  const { retryCount, exception } = context()?.retryContext ?? {};
  expect({ retryCount, exception }).toEqual({
    retryCount: recorded.hub.retry.retryCount,
    exception: recorded.hub.retry.exception,
  });
  expectContext(recorded.hub.trigger);
});

test('what is logged after the end is a warning of its own before the line', async () => {
  await start('minutely.ts');
  await host.runTimer('minutely');
  lines.length = 0;
  context()?.log('after the end');
  expect(lines.map(({ level, message }) => [level, message])).toEqual([
    [
      'warn',
      expect.stringMatching(/^Warning: Unexpected call to 'log' on the context object after/),
    ],
    ['info', 'after the end'],
  ]);
});
