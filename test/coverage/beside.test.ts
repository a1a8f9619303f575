import { expect, test } from 'vitest';
import { parseNcrontab } from '../../functions/config/ncrontab.ts';
import { nextRun } from '../../functions/config/nextRuns.ts';
import { besidePolls } from '../../functions/coverage/beside.ts';

const at = (time: string) => Date.parse(`2026-11-28T${time}Z`);
const shown = (time: number) => new Date(time).toISOString().slice(11, 21);

/** When requests go out from a time on. */
function requests(schedule: string, from: string, count: number): string[] {
  const polls = parseNcrontab(schedule);
  const found: string[] = [];
  let last: number | undefined;
  let now = at(from);
  for (let asked = 0; asked < count; asked += 1) {
    last = besidePolls(now, last, (after) => nextRun(polls, after));
    found.push(shown(last));
    now = last;
  }
  return found;
}

test('a poll a minute has its half minute, and ten seconds before it', () => {
  expect(requests('0 * * * * *', '10:05:30', 5)).toEqual([
    '10:05:30.0',
    '10:05:40.5',
    '10:06:30.0',
    '10:06:40.5',
    '10:07:30.0',
  ]);
  expect(requests('0 * * * * *', '10:05:02', 1)).toEqual(['10:05:30.0']);
  expect(requests('0 * * * * *', '10:05:55', 1)).toEqual(['10:06:30.0']);
});

test('rarer polls leave more, and none keeps it for ever', () => {
  expect(requests('0 */10 * * * *', '10:09:40', 4)).toEqual([
    '10:09:40.0',
    '10:10:30.0',
    '10:10:40.5',
    '10:10:51.0',
  ]);
  expect(requests('*/10 * * * * *', '10:05:30', 3)).toEqual([
    '10:05:30.0',
    '10:05:40.5',
    '10:05:51.0',
  ]);
  expect(besidePolls(1000, undefined, () => undefined)).toBe(1000);
});
