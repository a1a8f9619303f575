import { expect, test } from 'vitest';
import { sinceOf } from '../../cli/ledger/times.ts';

const now = new Date('2026-03-10T12:00:00Z');

test.each([
  ['30m', '2026-03-10T11:30:00.000Z'],
  ['24h', '2026-03-09T12:00:00.000Z'],
  ['2026-02-28', '2026-02-28T00:00:00.000Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
])('%s is since %s', (text, since) => expect(sinceOf(text, now).toISOString()).toBe(since));

test.each(['2026-02-29', '2026-02-31', '2026-11-31', '2026-13-01', '2026-3-1', '7', '1w', ''])(
  '%j is no time: a day that its month has not is never one of the next',
  (text) => expect(() => sinceOf(text, now)).toThrow(`--since is "${text}"`),
);
