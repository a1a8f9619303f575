import { expect, test } from 'vitest';
import { assess, type StatusFacts } from '../../cli/ledger/attention.ts';

const reading = {
  watch: 'watched',
  readTo: '2026-11-24T09:00:00Z',
  lagSeconds: 10,
  lastCompletePoll: '2026-11-24T09:00:00Z',
  watermark: '2026-11-24T08:59:00Z',
  startedAt: '2026-11-01T00:00:00Z',
} as const;
const well: StatusFacts = {
  at: '2026-11-24T09:00:10Z',
  since: '2026-11-17T09:00:10Z',
  reading: [reading],
  chores: { day: '2026-11-24', done: true },
  counts: {
    pending: 1,
    sending: 0,
    unknown: 0,
    sent: 3,
    undeliverable: 0,
    failed: 0,
    suppressed: 0,
  },
  open: { count: 1, overdue: 0, oldest: null },
  unreadable: 0,
  unparsable: { kept: 4, inWindow: 0, latestReason: 'time: none' },
  senders: [],
};

/** As polls are by default. */
const nextPoll = (after: Date) => new Date(after.getTime() + 15_000);
const found = (facts: StatusFacts) => assess(facts, nextPoll);

test('nothing needs attention where all goes on', () => expect(found(well)).toEqual([]));

test.each<[string, Partial<StatusFacts>, RegExp]>([
  ['a log that was never read', { reading: [{ ...reading, lagSeconds: null }] }, /was never read/],
  [
    'a log that is behind',
    { reading: [{ ...reading, readTo: '2026-11-24T08:29:50Z', lagSeconds: 1820 }] },
    /read to its end 30 min ago/,
  ],
  [
    'a daily reading that is late',
    { chores: { day: '2026-11-22', done: true } },
    /done on 2026-11-22/,
  ],
  ['a daily reading that never was', { chores: null }, /was never done/],
  ['mails that are overdue', { open: { ...well.open, overdue: 2 } }, /^2 overdue/],
  ['mails that failed', { counts: { ...well.counts, failed: 3 } }, /^3 failed/],
  ['rows that were kept aside', { unparsable: { ...well.unparsable, inWindow: 1 } }, /time: none$/],
])('%s', (_, facts, says) => {
  expect(found({ ...well, ...facts })).toEqual([expect.stringMatching(says)]);
});

test('an app that is new has its first daily reading still to come', () => {
  const startedAt = '2026-11-23T00:00:00Z';
  expect(found({ ...well, chores: null, reading: [{ ...reading, startedAt }] })).toEqual([]);
});
