import { join } from 'node:path';
import type { Timer } from '@azure/functions';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Host, type LogLine, startHost } from '../../../local/host/host.ts';
import { asInAzure } from '../../../local/host/rules.ts';
import { behaviour, calls, forget } from './fixtures/seen.ts';
import { sharedTimers } from './fixtures/sharedTimers.ts';

// The figures of the genuine listeners: see the table in docs/architecture.md.
const start = new Date('2026-11-24T10:00:10Z');
const second = 1000;
const minute = 60 * second;
let timers: ReturnType<typeof sharedTimers>;
let hosts: Host[] = [];
const ends: Error[] = [];
const lines: LogLine[] = [];

beforeEach(() => {
  forget();
  lines.length = 0;
  ends.length = 0;
  timers = sharedTimers();
  vi.useFakeTimers({ now: start });
});
afterEach(async () => {
  const stopped = hosts.map((host) => host.stop());
  await vi.advanceTimersByTimeAsync(minute);
  await Promise.all(stopped);
  hosts = [];
  vi.useRealTimers();
});

async function run(rules: Partial<typeof asInAzure> = {}, timeout?: number): Promise<Host> {
  const host = await startHost({
    entries: [join(import.meta.dirname, 'fixtures', 'minutely.ts')],
    storage: '',
    timers: timers.store,
    rules: { ...asInAzure, ...rules },
    ...(timeout && { timeout }),
    log: (line) => lines.push(line),
    onEnd: (reason) => ends.push(reason),
  });
  hosts.push(host);
  return host;
}

/** Seconds after the start at which runs began, as they come. */
function begun(): number[] {
  const times: number[] = [];
  const act = behaviour.act;
  behaviour.act = (call) => {
    times.push((Date.now() - start.getTime()) / second);
    return act(call);
  };
  return times;
}
const pastDue = () => calls.map(({ input }) => (input as Timer).isPastDue);
/** A killed host: its clocks stand still for good, and it gives nothing back. */
function kill(): void {
  const now = Date.now();
  vi.clearAllTimers();
  vi.setSystemTime(now);
  hosts = [];
}

test('it comes 3 ms before its second, and once for each', async () => {
  const times = begun();
  await run();
  await vi.advanceTimersByTimeAsync(3 * minute);
  expect(times).toEqual([49.997, 109.997, 169.997]);
  expect(timers.written.at(-1)?.last?.toISOString()).toBe('2026-11-24T10:03:00.000Z');
});

test('the status is written at the first start and after each run; Next is the run under way', async () => {
  await run();
  expect(timers.written).toEqual([{ next: new Date('2026-11-24T10:01:00Z'), lastUpdated: start }]);
  await vi.advanceTimersByTimeAsync(2 * minute);
  expect(timers.written).toHaveLength(3);
  expect(calls.map(({ input }) => (input as Timer).scheduleStatus)).toEqual([
    {
      last: '0001-01-01T00:00:00+00:00',
      next: '2026-11-24T10:01:00+00:00',
      lastUpdated: '0001-01-01T00:00:00+00:00',
    },
    {
      last: '2026-11-24T10:01:00+00:00',
      next: '2026-11-24T10:02:00+00:00',
      lastUpdated: '2026-11-24T10:01:00+00:00',
    },
  ]);
});

test('runs that are longer than their tick follow at once, and are not past due', async () => {
  behaviour.act = () => new Promise((resolve) => setTimeout(resolve, 90 * second));
  const began = begun();
  await run();
  await vi.advanceTimersByTimeAsync(6 * minute);
  expect(began.slice(0, 3).map(Math.round)).toEqual([50, 140, 230]);
  expect(pastDue().some(Boolean)).toBe(false);
});

test('a run that hangs ends the process when functionTimeout is over, and is made up for', async () => {
  behaviour.act = () => new Promise(() => {});
  await run({}, 600);
  await vi.advanceTimersByTimeAsync(minute);
  expect(ends).toEqual([]);
  await vi.advanceTimersByTimeAsync(10 * minute);
  expect(ends.map(({ message }) => message)).toEqual([expect.stringContaining('functionTimeout')]);
  behaviour.act = () => undefined;
  kill();
  await run();
  await vi.advanceTimersByTimeAsync(2 * minute);
  expect(pastDue().slice(0, 2)).toEqual([false, true]);
});

describe('a host that was away', () => {
  test('over three occurrences makes up for them by one run, past due', async () => {
    const first = await run();
    await vi.advanceTimersByTimeAsync(minute);
    await first.stop();
    await vi.advanceTimersByTimeAsync(3.5 * minute);
    expect(calls).toHaveLength(1);
    await run();
    await vi.advanceTimersByTimeAsync(second);
    expect(pastDue()).toEqual([false, true]);
    await vi.advanceTimersByTimeAsync(minute);
    expect(pastDue()).toEqual([false, true, false]);
  });

  test('killed in a run makes up for it once, after its own dead lease is over', async () => {
    await run();
    behaviour.act = () => new Promise(() => {});
    await vi.advanceTimersByTimeAsync(minute);
    expect(calls).toHaveLength(1);
    kill();
    behaviour.act = () => undefined;
    const times = begun();
    const killed = (Date.now() - start.getTime()) / second;
    await run();
    await vi.advanceTimersByTimeAsync(minute - second);
    expect(calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2 * second);
    expect(pastDue()).toEqual([false, true]);
    expect(Math.round((times[0] ?? 0) - killed)).toBe(60);
  });

  test('with a schedule that was changed meanwhile makes up for nothing', async () => {
    await timers.store.write('minutely', {
      last: new Date('2026-11-24T07:00:00Z'),
      next: new Date('2026-11-24T08:00:00Z'),
      lastUpdated: new Date('2026-11-24T07:00:00Z'),
    });
    await run();
    await vi.advanceTimersByTimeAsync(second);
    expect(calls).toEqual([]);
    await vi.advanceTimersByTimeAsync(minute);
    expect(pastDue()).toEqual([false]);
  });
});

describe('of two hosts one ticks', () => {
  test('and the other takes over within two minutes of its death', async () => {
    await run();
    await vi.advanceTimersByTimeAsync(5 * second);
    kill();
    await run();
    await vi.advanceTimersByTimeAsync(55 * second);
    expect(calls).toEqual([]);
    await vi.advanceTimersByTimeAsync(65 * second);
    expect(calls.length).toBeGreaterThan(0);
  });

  test('never both', async () => {
    await run();
    await run();
    await vi.advanceTimersByTimeAsync(5 * minute);
    expect(calls).toHaveLength(5);
  });

  test('and the other within a minute of its stop, for it gives the lease back', async () => {
    const first = await run();
    await run();
    await vi.advanceTimersByTimeAsync(minute);
    expect(calls).toHaveLength(1);
    await first.stop();
    await vi.advanceTimersByTimeAsync(minute);
    expect(calls.length).toBeGreaterThanOrEqual(1);
    await vi.advanceTimersByTimeAsync(minute);
    expect(calls.length).toBeGreaterThanOrEqual(2);
  });

  test('one that was frozen runs once beside its successor, and ends', async () => {
    await run();
    await vi.advanceTimersByTimeAsync(20 * second);
    // A minute in which it gets nowhere; meanwhile another host takes the lease.
    vi.advanceTimersByTime(70 * second);
    expect(await timers.store.tryLease('minutely', 600)).toBeDefined();
    await vi.advanceTimersByTimeAsync(minute);
    expect(calls).toHaveLength(1);
    expect(ends.map(({ message }) => message)).toEqual([
      expect.stringContaining('renew the lease'),
    ]);
    await vi.advanceTimersByTimeAsync(5 * minute);
    expect(calls).toHaveLength(1);
  });
});
