import { expect, test } from 'vitest';
import { ShortLived } from '../../functions/people/shortLived.ts';

const minuteMs = 60_000;

test('after a day of somebody new each two seconds, only the last three minutes are kept', () => {
  let time = Date.parse('2026-11-24T00:00:00Z');
  const kept = new ShortLived<number>({
    freshMs: 3 * minuteMs,
    most: 2000,
    now: () => new Date(time),
  });
  let most = 0;
  for (let number = 0; number < 24 * 60 * 30; number += 1) {
    kept.set(`person ${number}`, number);
    most = Math.max(most, kept.size);
    time += 2000;
  }
  expect(most).toBe(90);
});

test('what is good is found, what is too old or was never there is not', () => {
  let time = 0;
  const kept = new ShortLived<string>({ freshMs: 1000, most: 10, now: () => new Date(time) });
  kept.set('a', 'first');
  time = 999;
  expect(kept.get('a')).toBe('first');
  kept.set('a', 'second');
  time = 1500;
  expect(kept.get('a')).toBe('second');
  time = 1999;
  expect(kept.get('a')).toBeUndefined();
  expect(kept.get('b')).toBeUndefined();
});

test('of too many at once the oldest goes', () => {
  const kept = new ShortLived<number>({ freshMs: 1000, most: 2, now: () => new Date(0) });
  for (const number of [1, 2, 1, 3]) kept.set(String(number), number);
  expect([kept.get('1'), kept.get('2'), kept.get('3'), kept.size]).toEqual([1, undefined, 3, 2]);
});

test('what was let go of is not found, nor what a clock that was set back would keep for long', () => {
  let time = 3_600_000;
  const kept = new ShortLived<string>({ freshMs: 1000, most: 10, now: () => new Date(time) });
  kept.set('a', 'first');
  kept.set('b', 'second');
  kept.delete('a');
  expect([kept.get('a'), kept.get('b')]).toEqual([undefined, 'second']);
  time = 0;
  expect(kept.get('b')).toBeUndefined();
});
