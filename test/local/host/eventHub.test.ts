import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openEventDoor } from '../../../local/host/eventDoor.ts';
import { type Host, type HostOptions, type LogLine, startHost } from '../../../local/host/host.ts';
import { behaviour, calls, forget } from './fixtures/seen.ts';

let host: Host;
const lines: LogLine[] = [];
const waits: number[] = [];

beforeEach(async () => {
  forget();
  lines.length = 0;
  waits.length = 0;
  vi.stubEnv('FIXTURE_HUB', 'audit-logs');
  host = await start('hubs.ts');
});
afterEach(async () => {
  await host.stop();
  vi.unstubAllEnvs();
});

const start = (fixture: string, options: Partial<HostOptions> = {}) =>
  startHost({
    entries: [join(import.meta.dirname, 'fixtures', fixture)],
    storage: '',
    hostJson: join(import.meta.dirname, 'fixtures', 'host.json'),
    log: (line) => lines.push(line),
    wait: async (milliseconds) => waits.push(milliseconds),
    ...options,
  });

const inputs = () => calls.map(({ input }) => input);

test('an event hub function is registered and described', () => {
  expect(host.functions).toEqual([{ name: 'take', kind: 'eventHub', eventHubName: 'audit-logs' }]);
});

describe('a batch', () => {
  test('arrives as the worker gets it: JSON parsed, other text as it is', async () => {
    expect(await host.sendEvents('take', [{ records: [] }, '{"a":1}', 'plain'])).toBe(true);
    expect(inputs()).toEqual([[{ records: [] }, { a: 1 }, 'plain']]);
  });

  test('holds no more events than host.json says, and one that fails keeps back no other', async () => {
    const events = Array.from({ length: 25 }, (_, index) => `event ${index}`);
    behaviour.act = () => {
      if (calls.length <= 4) throw new Error('the first batch, each time');
    };
    expect(await host.sendEvents('take', events)).toBe(false);
    expect(inputs().map((batch) => (batch as unknown[]).length)).toEqual([10, 10, 10, 10, 10, 5]);
    expect(inputs().slice(3).flat()).toEqual(events);
  });

  test('brings its metadata, numbered on from batch to batch', async () => {
    await host.sendEvents('take', ['a', 'b']);
    await host.sendEvents('take', ['c']);
    expect(calls[0]?.context.triggerMetadata).toEqual({
      partitionContext: {
        fullyQualifiedNamespace: 'local.servicebus.windows.net',
        eventHubName: 'audit-logs',
        consumerGroup: '$Default',
        partitionId: '0',
      },
      enqueuedTimeUtcArray: [expect.any(String), expect.any(String)],
      sequenceNumberArray: [
        { low: 0, high: 0, unsigned: false },
        { low: 1, high: 0, unsigned: false },
      ],
      offsetArray: [0, 4096],
      partitionKeyArray: [],
      propertiesArray: [{}, {}],
      systemPropertiesArray: [{ sequenceNumber: 0 }, { sequenceNumber: 1 }],
    });
    expect(calls[1]?.context.triggerMetadata?.['sequenceNumberArray']).toEqual([
      { low: 2, high: 0, unsigned: false },
    ]);
  });

  test('that fails is tried again by the policy, and the function told which try it is', async () => {
    behaviour.act = () => {
      if (calls.length < 3) throw new Error('not yet');
    };
    expect(await host.sendEvents('take', ['a'])).toBe(true);
    const exception = { message: 'Result: Failure', source: '', stackTrace: '' };
    expect(waits).toEqual([10_000, 10_000]);
    expect(calls.map(({ context }) => context.retryContext)).toEqual([
      undefined,
      { retryCount: 1, maxRetryCount: 3, exception },
      { retryCount: 2, maxRetryCount: 3, exception },
    ]);
  });

  test('that fails for good is passed over, and the next one comes', async () => {
    behaviour.act = ({ input }) => {
      if ((input as string[])[0] === 'bad') throw new Error('never');
    };
    const outcomes = [host.sendEvents('take', ['bad']), host.sendEvents('take', ['good'])];
    expect(await Promise.all(outcomes)).toEqual([false, true]);
    expect(inputs()).toEqual([['bad'], ['bad'], ['bad'], ['bad'], ['good']]);
    expect(lines.filter(({ event }) => event === 'host.passedOver')).toMatchObject([
      { level: 'error', function: 'take', events: 1 },
    ]);
  });

  test('that hangs ends the process when functionTimeout is over: no other comes meanwhile', async () => {
    await host.stop();
    const ends: Error[] = [];
    host = await start('hubs.ts', { timeout: 0.1, onEnd: (reason) => ends.push(reason) });
    behaviour.act = () => new Promise(() => {});
    const outcomes = [host.sendEvents('take', ['a']), host.sendEvents('take', ['b'])];
    expect(await Promise.all(outcomes)).toEqual([false, false]);
    expect(ends.map(({ message }) => message)).toEqual([
      expect.stringContaining("longer than host.json's functionTimeout"),
    ]);
    expect(inputs()).toEqual([['a']]);
  });

  test('waits for the one before it', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    behaviour.act = () => promise;
    const both = [host.sendEvents('take', ['a']), host.sendEvents('take', ['b'])];
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    resolve();
    await Promise.all(both);
    expect(inputs()).toEqual([['a'], ['b']]);
  });

  test('that waits for its next try does not hold up the end', async () => {
    await host.stop();
    host = await start('hubs.ts', {
      wait: (_, signal) => new Promise((resolve) => signal.addEventListener('abort', resolve)),
    });
    behaviour.act = () => {
      throw new Error('never');
    };
    const outcome = host.sendEvents('take', ['a']);
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    await host.stop();
    expect(await outcome).toBe(false);
    expect(calls).toHaveLength(1);
    await expect(host.sendEvents('take', ['b'])).rejects.toThrow('has stopped');
  });
});

test('what the local host does not do is refused at the start', async () => {
  await expect(start('hubsApart.ts')).rejects.toThrow('takes single events');
  await expect(start('hubsPatient.ts')).rejects.toThrow('other than a bounded fixedDelay');
  vi.stubEnv('FIXTURE_HUB', '');
  await expect(start('hubs.ts')).rejects.toThrow(
    'takes its event hub from the setting FIXTURE_HUB',
  );
});

describe('the door for events', () => {
  async function post(body: string, method = 'POST'): Promise<number> {
    const door = await openEventDoor(host, 0, (level, fields) =>
      lines.push({ time: '', level, ...fields }),
    );
    expect(lines.at(-1)).toMatchObject({ event: 'host.listening', port: door.port });
    const url = `http://127.0.0.1:${door.port}`;
    const { status } = await fetch(url, { method, ...(method === 'POST' && { body }) });
    await door.close();
    return status;
  }

  test('takes one event, or a list of them, as one batch', async () => {
    expect(await post('{"records":[1]}')).toBe(204);
    expect(await post('[{"records":[1]},{"records":[2]}]')).toBe(204);
    expect(await post('half an ev')).toBe(204);
    expect(inputs()).toEqual([
      [{ records: [1] }],
      [{ records: [1] }, { records: [2] }],
      ['half an ev'],
    ]);
  });

  test('answers 500 when the batch failed for good, and 405 to other methods', async () => {
    behaviour.act = () => {
      throw new Error('never');
    };
    expect(await post('{}')).toBe(500);
    expect(calls).toHaveLength(4);
    expect(await post('', 'GET')).toBe(405);
  });

  test('opens only where a function reads events', async () => {
    await host.stop();
    host = await start('timers.ts', { mode: 'manual' });
    await expect(openEventDoor(host, 0, () => {})).rejects.toThrow('set AUDIT_EVENT_HUB');
  });

  test('names a port that is taken, and what helps', async () => {
    const door = await openEventDoor(host, 0, () => {});
    await expect(openEventDoor(host, door.port, () => {})).rejects.toThrow(
      `Port ${door.port} is taken. Give another LOCAL_EVENTS_PORT`,
    );
    await door.close();
  });

  test("stays shut to a page in a browser, which needs nobody's leave to post text", async () => {
    const door = await openEventDoor(host, 0, () => {});
    const url = `http://127.0.0.1:${door.port}`;
    const headers = { 'content-type': 'text/plain', origin: 'https://evil.example' };
    const { status } = await fetch(url, { method: 'POST', body: '{}', headers });
    const crossSite = { 'sec-fetch-site': 'cross-site' };
    const other = await fetch(url, { method: 'POST', body: '{}', headers: crossSite });
    await door.close();
    expect([status, other.status]).toEqual([403, 403]);
    expect(calls).toEqual([]);
  });
});
