import { expect, test } from 'vitest';
import { reportPoll } from '../../functions/intake/poll.ts';

const result = {
  pages: 1,
  records: 500,
  recorded: 0,
  notifications: 0,
  recognised: 0,
  unknown: 0,
  complete: true,
  resumed: false,
  rowsPerMinute: 12,
  readTo: '2026-11-24T08:00:00.1234567Z',
};

function said(parts: Partial<typeof result>) {
  const events: unknown[][] = [];
  const now = () => new Date('2026-11-24T09:00:00Z');
  reportPoll({ ...result, ...parts }, 2, { log: (...event) => events.push(event), now });
  return events;
}

test('a poll that read all is not behind, however old the newest row is', () => {
  const {
    recognised: _,
    unknown: __,
    readTo: ___,
    resumed: ____,
    rowsPerMinute,
    ...counts
  } = result;
  expect(rowsPerMinute).toBe(12);
  expect(said({})).toEqual([
    ['info', 'poll.finished', { ...counts, revived: 2 }, { 'audit.lag_seconds': 0 }],
  ]);
});

test('one that did not says by how much, and complains from 15 minutes on', () => {
  expect(said({ complete: false }).map(([level, event]) => [level, event])).toEqual([
    ['info', 'poll.finished'],
    ['warn', 'audit.lagging'],
  ]);
  expect(said({ complete: false }).at(-1)?.[2]).toMatchObject({ seconds: 3600 });
  expect(said({ complete: false, readTo: '2026-11-24T08:46:00Z' })).toHaveLength(1);
});

test('what was new is counted', () => {
  const [line] = said({ recorded: 5, recognised: 3, unknown: 1 });
  expect(line?.[3]).toEqual({
    'audit.lag_seconds': 0,
    'audit.records': 5,
    'changes.recognised': 3,
    'changes.unknown': 1,
  });
});
