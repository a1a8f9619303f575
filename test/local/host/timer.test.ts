import { join } from 'node:path';
import type { Timer } from '@azure/functions';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Host, type LogLine, startHost } from '../../../local/host/host.ts';
import { behaviour, calls, forget } from './fixtures/seen.ts';

let host: Host;
const lines: LogLine[] = [];

beforeEach(() => {
  forget();
  lines.length = 0;
  vi.useFakeTimers({ now: new Date('2026-11-24T10:00:01Z') });
});
afterEach(async () => {
  await host.stop();
  vi.useRealTimers();
});

async function start(mode: 'run' | 'manual'): Promise<void> {
  const entries = [join(import.meta.dirname, 'fixtures', 'timers.ts')];
  host = await startHost({ entries, storage: '', log: (line) => lines.push(line), mode });
}

const timers = () => calls.map((call) => call.input as Timer);

test('a timer ticks by its schedule', async () => {
  await start('run');
  await vi.advanceTimersByTimeAsync(8500);
  expect(calls).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(1000);
  expect(calls).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(calls).toHaveLength(3);
});

test('below a minute nothing is remembered, and the function is told so', async () => {
  await start('manual');
  await host.runTimer('tick');
  expect(timers()[0]).toEqual({
    isPastDue: false,
    schedule: { adjustForDST: true },
    scheduleStatus: null,
  });
  expect(calls[0]?.context.triggerMetadata).toBeUndefined();
});

test('two runs never overlap: who asks meanwhile joins, and the tick follows at once', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  behaviour.act = () => promise;
  await start('run');
  const first = host.runTimer('tick');
  const joined = host.runTimer('tick');
  await vi.advanceTimersByTimeAsync(5000);
  expect(calls).toHaveLength(1);
  resolve();
  await Promise.all([first, joined]);
  await vi.advanceTimersByTimeAsync(5000);
  expect(timers().map((timer) => timer.isPastDue)).toEqual([false, false]);
});

test('a failing run is logged, and not repeated before the next tick', async () => {
  behaviour.act = () => {
    throw new RangeError('too far');
  };
  await start('run');
  await vi.advanceTimersByTimeAsync(9500);
  expect(calls).toHaveLength(1);
  expect(lines.at(-1)).toMatchObject({
    level: 'error',
    event: 'host.failed',
    function: 'tick',
    invocationId: calls[0]?.context.invocationId,
    error: 'RangeError',
    message: 'too far',
  });
});

test('a logged JSON object becomes fields of its line, other text the message', async () => {
  behaviour.act = ({ context }) => {
    context.log('three mails', 3);
    context.warn(JSON.stringify({ event: 'mail.sent', count: 3, level: 'odd' }));
    context.debug('{not json}');
  };
  await start('manual');
  lines.length = 0;
  await host.runTimer('tick');
  const common = { time: '2026-11-24T10:00:01.000Z', function: 'tick' };
  const { invocationId } = calls[0]?.context ?? {};
  expect(lines).toEqual([
    { ...common, invocationId, level: 'info', message: 'three mails 3' },
    { ...common, invocationId, level: 'warn', event: 'mail.sent', count: 3 },
    { ...common, invocationId, level: 'debug', message: '{not json}' },
  ]);
});

test('a stopped host runs nothing', async () => {
  await start('run');
  await host.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  await expect(host.runTimer('tick')).rejects.toThrow('has stopped');
  expect(calls).toEqual([]);
});
