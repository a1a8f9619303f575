import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { logOf, type Plan } from './plan.ts';

// What the long runs of `npm run bench` stand on.

const clock = join(import.meta.dirname, 'quickClock.ts');

/** What a process prints that has a clock of its own. */
async function print(script: string, times: number, start: number): Promise<unknown> {
  const args = ['--import', clock, '--input-type=module', '--eval', script];
  const env = {
    ...process.env,
    BENCH_CLOCK_TIMES: String(times),
    BENCH_CLOCK_START: String(start),
  };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return JSON.parse(stdout);
}

test('a quick clock runs so many times faster, and timers a sixth of that', async () => {
  const script = `
    import { setTimeout as sleep } from 'node:timers/promises';
    const [clock, real] = [Date.now(), performance.now()];
    await sleep(3000);
    const slept = performance.now() - real;
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const passed = performance.now() - real;
    const isShort = slept < 3000 && passed - slept < 3000;
    console.log(JSON.stringify({ times: (Date.now() - clock) / passed, isShort }));`;
  const { times, isShort } = (await print(script, 60, Date.now())) as Record<string, unknown>;
  expect(times).toBeCloseTo(60, -1);
  expect(isShort).toBe(true);
});

test('its dates are those of the same clock, and others stay as they are', async () => {
  const start = Date.now() - 60_000;
  const script = `
    const now = Date.now();
    const made = [new Date(), new Date(0), new Date(2026, 10, 28)].map((one) => one.getTime());
    console.log(JSON.stringify({ now, made, isDate: new Date() instanceof Date }));`;
  const { now, made, isDate } = (await print(script, 100, start)) as {
    readonly now: number;
    readonly made: readonly number[];
    readonly isDate: boolean;
  };
  // A minute of it was a hundred minutes.
  expect(now - start).toBeGreaterThanOrEqual(100 * 60_000);
  expect(made[0]).toBeGreaterThanOrEqual(now);
  expect(made.slice(1)).toEqual([0, new Date(2026, 10, 28).getTime()]);
  expect(isDate).toBe(true);
});

test.each(['even', 'usual'] as const)('two processes play the same of one plan: %s', (lateness) => {
  const plan: Plan = { start: 1_800_000_000_000, count: 50, everyMs: 2000, seed: 5, lateness };
  const [one, other] = [logOf(plan), logOf(plan)];
  const end = plan.start + 10 * 60_000;
  expect(one.listed(0, end)).toEqual(other.listed(0, end));
  expect(one.arrivals).toEqual(other.arrivals);
  expect(new Set(one.changes.map(({ person }) => person)).size).toBe(50);
  expect(one.changes.filter(({ kind }) => kind.urgent)).toHaveLength(10);
});
