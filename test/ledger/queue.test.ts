import { expect, test } from 'vitest';
import { messageFor, mostEarlyMs } from '../../functions/ledger/queue.ts';
import { row } from '../pacing/lanes.ts';

const due = new Date('2026-11-24T09:00:00Z');
const inLine = row('a', { inLine: true });

test('a mail that took long to look up comes so much earlier, and is kept when it does', () => {
  const usual = messageFor(inLine, due).earlyMs ?? 0;
  const slow = { ...inLine, lookMs: 7000 };
  expect(messageFor(slow, due).earlyMs).toBe(usual + 7000);
  expect(mostEarlyMs(slow)).toBeGreaterThan(usual + 7000);
});

test('but by a minute at most: a worker holds it meanwhile', () => {
  const usual = messageFor(inLine, due).earlyMs ?? 0;
  expect(messageFor({ ...inLine, lookMs: 3_600_000 }, due).earlyMs).toBe(usual + 60_000);
});

test('nobody comes before a lease is over, however long looking took', () => {
  expect(messageFor({ ...inLine, state: 'sending', lookMs: 7000 }, due).earlyMs).toBe(undefined);
});
