import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openProgress } from '../../cli/progress.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function open(isTTY: boolean, columns = 80) {
  const written: string[] = [];
  const stream = { isTTY, columns, write: (text: string) => written.push(text) };
  return { written, progress: openProgress(stream) };
}
const clear = '\r\u001b[K';

test('what is done within two seconds says nothing', () => {
  for (const isTTY of [true, false]) {
    const { written, progress } = open(isTTY);
    progress.say('one', 0.1);
    vi.advanceTimersByTime(1900);
    progress.say('two', 0.9);
    progress.end();
    vi.advanceTimersByTime(60_000);
    expect(written).toEqual([]);
  }
});

test('a terminal has one line with a bar, which is taken away at the end', () => {
  const { written, progress } = open(true);
  progress.say('Log: 1 row', 0.5);
  vi.advanceTimersByTime(2000);
  expect(written).toEqual([`${clear}${'█'.repeat(12)}${'░'.repeat(12)} Log: 1 row (2 s)`]);
  progress.say('People: 2');
  expect(written).toHaveLength(1);
  vi.advanceTimersByTime(200);
  expect(written.at(-1)).toBe(`${clear}People: 2 (2 s)`);
  progress.end();
  expect(written.at(-1)).toBe(clear);
});

test('a line is never wider than the terminal', () => {
  const { written, progress } = open(true, 40);
  progress.say('x'.repeat(200), 1);
  vi.advanceTimersByTime(2000);
  expect(written.map((line) => line.length)).toEqual([clear.length + 39]);
});

test('elsewhere there is a line every ten seconds, also while the work is silent', () => {
  const { written, progress } = open(false);
  progress.say('Report: 0 people read', 0);
  vi.advanceTimersByTime(9_900);
  expect(written).toEqual([]);
  vi.advanceTimersByTime(100);
  for (let more = 0; more < 50; more += 1) progress.say(`Report: ${more} people read`);
  vi.advanceTimersByTime(10_000);
  expect(written).toEqual(['Report: 0 people read (10 s)\n', 'Report: 49 people read (20 s)\n']);
  progress.end();
  vi.advanceTimersByTime(60_000);
  expect(written).toHaveLength(2);
});

test('after its end it begins anew', () => {
  const { written, progress } = open(false);
  progress.say('one');
  progress.end();
  progress.say('two');
  vi.advanceTimersByTime(10_000);
  expect(written).toEqual(['two (10 s)\n']);
  progress.end();
});
