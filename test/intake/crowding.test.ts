import { expect, test } from 'vitest';
import { rehearsalConfig } from '../../cli/rehearse/settings.ts';
import type { GetOptions, Graph } from '../../functions/graph/client.ts';
import { reportCrowding, rowsCeiling } from '../../functions/intake/crowding.ts';
import { Poll } from '../../functions/intake/poll.ts';
import { dayMs, dayOf } from '../../functions/ledger/keys.ts';
import { Ledger } from '../../functions/ledger/ledger.ts';
import { MemoryQueue } from '../../functions/ledger/memoryQueue.ts';
import { MemoryStore } from '../../functions/ledger/memoryStore.ts';
import { readingRoom } from '../../functions/rooms.ts';
import { auditRow } from '../fixtures/rows.ts';

const pageSize = 500;
const minuteMs = 60_000;

/** A log with so many rows a minute that mean nothing, read at Graph's pace; the clock is ours. */
function busyLog(rowsPerMinute: number, isRead: boolean, lookback = 60, updateUsers = 0) {
  let time = Date.parse('2026-11-24T09:00:00Z');
  const events: { event: string; fields: object | undefined }[] = [];
  const froms: number[] = [];
  const origin = 'https://graph.microsoft.com';
  const get = async (path: string, { pace }: GetOptions) => {
    await pace?.();
    const [, from = '', to = ''] =
      /ge%20(\S+?)%20and%20activityDateTime%20le%20(\S+?)%20/.exec(path) ?? [];
    const skip = Number(/skip=(\d+)/.exec(path)?.[1] ?? 0);
    const isUpdateUser = !path.includes('%20or%20');
    const stepMs = minuteMs / (isUpdateUser ? updateUsers : rowsPerMinute);
    const activity = isUpdateUser ? 'Update user' : 'Update device';
    if (skip === 0) froms.push((time - Date.parse(from)) / minuteMs);
    const first = Math.ceil(Date.parse(from) / stepMs);
    const last = Math.floor(Math.min(Date.parse(to), time) / stepMs);
    const count = Math.max(0, Math.min(pageSize, last - first - skip + 1));
    const value = Array.from({ length: count }, (_, at) => {
      const of = (first + skip + at) * stepMs;
      const spec = { service: 'Core Directory', activity, target: null };
      return auditRow({ ...spec, id: `${activity} ${of}`, time: new Date(of).toISOString() });
    });
    const more = first + skip + count <= last;
    const next = `${origin}/v1.0${path.replace(/&skip=\d+$/, '')}&skip=${skip + count}`;
    return { value, ...(more && { '@odata.nextLink': next }) };
  };
  const wait = async (ms: number) => {
    time += ms;
  };
  const config = rehearsalConfig({
    ORGANIZATION_NAME: 'Contoso',
    WATCH_UPDATE_USER: `${updateUsers > 0}`,
    INITIAL_LOOKBACK_MINUTES: `${lookback}`,
  });
  const nobody = () => Promise.reject(new Error('nobody'));
  const graph = { origin, get, post: nobody, sendMail: nobody };
  const ledger = new Ledger(new MemoryStore());
  const now = () => new Date(time);
  const rooms = { config, graph: graph as Graph, ledger, queue: new MemoryQueue(), now, wait };
  const room = {
    ...readingRoom(rooms),
    log: (_: string, event: string, fields?: object) => events.push({ event, fields }),
  };
  const poll = new Poll();
  const run = async () => {
    // The daily reading is over for today, or has still to be done.
    const day = dayOf(isRead ? time : time - dayMs);
    await ledger.writeChores({ day });
    const result = await poll.run(room);
    time = Math.ceil((time + 1) / minuteMs) * minuteMs;
    return result;
  };
  return { run, events, froms };
}

const crowded = ({ events }: ReturnType<typeof busyLog>) =>
  events.filter(({ event }) => event === 'audit.crowded').map(({ fields }) => fields);

test.each([true, false])(
  'a log near what polls bear is said to be, with the measured rows a minute (daily reading done: %s)',
  async (isRead) => {
    const rows = Math.round(0.8 * rowsCeiling(isRead));
    const log = busyLog(rows, isRead);
    for (let polls = 0; polls < 3; polls += 1) await log.run();
    const [said] = crowded(log) as [{ rowsPerMinute: number; ceiling: number }];
    expect(said.ceiling).toBe(rowsCeiling(isRead));
    expect(said.rowsPerMinute / rows).toBeGreaterThan(0.9);
    expect(said.rowsPerMinute / rows).toBeLessThan(1.1);
  },
);

test('what polls bear beside the daily reading is what three of five requests read', () => {
  expect(rowsCeiling(true)).toBe(1298);
  expect(rowsCeiling(false)).toBe(779);
});

test('a log that would be too much beside the daily reading is none once that is done', async () => {
  const rows = Math.round(0.8 * rowsCeiling(false));
  const log = busyLog(rows, true);
  for (let polls = 0; polls < 3; polls += 1) await log.run();
  expect(crowded(log)).toEqual([]);
});

test('rows of "Update user" take their part of what polls bear, and are counted between its turns', async () => {
  // Alone, each of the two would be well within it.
  const log = busyLog(600, true, 60, 1500);
  for (let polls = 0; polls < 6; polls += 1) await log.run();
  const said = crowded(log) as { watched: number; updateUser: number; rowsPerMinute: number }[];
  expect(said.length).toBeGreaterThan(3);
  for (const { watched, updateUser, rowsPerMinute } of said.slice(1)) {
    expect(watched / 600).toBeCloseTo(1, 0);
    expect(updateUser / 1500).toBeCloseTo(1, 0);
    expect(rowsPerMinute).toBe(Math.round(watched + (updateUser * 3) / 11));
  }
  const few = busyLog(600, true, 60, 500);
  for (let polls = 0; polls < 6; polls += 1) await few.run();
  expect(crowded(few)).toEqual([]);
});

test('nor is one that an event hub brings as well', () => {
  const said: string[] = [];
  const log = (_: string, event: string) => said.push(event);
  const crowd = { watched: 2000, updateUser: 0 };
  reportCrowding(crowd, true, { eventHub: true, log });
  expect(said).toEqual([]);
  reportCrowding(crowd, true, { eventHub: false, log });
  expect(said).toEqual(['audit.crowded']);
});

test('an overlap that takes several runs is read once in ten minutes, not again and again', async () => {
  const log = busyLog(600, false, 120);
  for (let polls = 0; polls < 8; polls += 1) await log.run();
  // What was missed before is caught up with first. Then, the overlap is read to its end in a few runs.
  const isShort = (minutes: number) => minutes < 25;
  const caughtUp = log.froms.findIndex(isShort);
  const [overlap = 0, ...more] = log.froms.slice(caughtUp + 1);
  expect(Math.round(overlap)).toBeGreaterThan(60);
  const over = more.findIndex(isShort);
  expect(over).toBeLessThan(3);
  expect(more.slice(over + 1).map(isShort)).toEqual([true, true, true]);
});
