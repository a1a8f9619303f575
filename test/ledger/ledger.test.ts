import { beforeEach, describe, expect, test } from 'vitest';
import type { SeenAudit } from '../../functions/ledger/entity.ts';
import {
  auditRef,
  keyTime,
  notificationRef,
  reference,
  shortHash,
} from '../../functions/ledger/keys.ts';
import { Ledger, LedgerConflict } from '../../functions/ledger/ledger.ts';
import { MemoryStore } from '../../functions/ledger/memoryStore.ts';
import { type Notification, untried } from '../../functions/ledger/notification.ts';
import { packTransactions } from '../../functions/ledger/recording.ts';
import { openRows } from '../fixtures/openRows.ts';

let ledger: Ledger;

beforeEach(() => {
  ledger = new Ledger(new MemoryStore());
});

const time = '2026-11-24T09:00:00.1234567Z';

const notification = (id: string, at = time): Notification => ({
  ...notificationRef(at, id),
  ...untried(new Date(at)),
  urgent: false,
  target: { id: 'x' },
  changes: [],
  sender: 'security@contoso.example',
});

const audit = (id: string, of?: Notification, at = time): SeenAudit => ({
  ...auditRef(at, id),
  auditId: id,
  activity: 'User registered security info',
  service: 'Authentication Methods',
  verdict: 'change',
  why: 'catalogue',
  ...(of && { notification: { day: of.day, key: of.key } }),
});

const wholeDay = ['2026-11-24T00:00:00.0000000Z', '2026-11-24T23:59:59.9999999Z'] as const;
const none = new Map<string, string>();

describe('recording', () => {
  test('writes audit rows and notification as one, and reads them back', async () => {
    const told = notification('one');
    await ledger.record({ inserts: [told], updates: [], audits: [audit('one', told)] }, none);
    const range = await ledger.readRange(...wholeDay);
    expect(range.notifications.map((row) => row.notification)).toEqual([told]);
    expect([...range.seen]).toEqual([auditRef(time, 'one').key]);
    expect((await ledger.auditsOf(told)).map(({ auditId }) => auditId)).toEqual(['one']);
  });

  test('is refused when anybody recorded on that day since it was read', async () => {
    const before = await ledger.readRange(...wholeDay);
    await ledger.record({ inserts: [], updates: [], audits: [audit('theirs')] }, before.fences);
    const ours = { inserts: [notification('ours')], updates: [], audits: [audit('ours')] };
    await expect(ledger.record(ours, before.fences)).rejects.toBeInstanceOf(LedgerConflict);
    const after = await ledger.readRange(...wholeDay);
    expect(after.notifications).toEqual([]);
    await ledger.record(ours, after.fences);
    await expect(ledger.record(ours, after.fences)).rejects.toBeInstanceOf(LedgerConflict);
  });

  test('is refused also for other rows than theirs, which may be siblings of ours', async () => {
    await ledger.record({ inserts: [], updates: [], audits: [audit('first')] }, none);
    const { fences } = await ledger.readRange(...wholeDay);
    await ledger.record({ inserts: [], updates: [], audits: [audit('theirs')] }, fences);
    const ours = { inserts: [notification('ours')], updates: [], audits: [audit('ours')] };
    await expect(ledger.record(ours, fences)).rejects.toBeInstanceOf(LedgerConflict);
    expect((await ledger.readRange(...wholeDay)).seen.size).toBe(2);
  });

  test('spreads a large page over several transactions and days', async () => {
    const days = ['2026-11-23T23:59:59Z', '2026-11-24T00:00:01Z'];
    const told = days.flatMap((at) =>
      Array.from({ length: 120 }, (_, index) => notification(`${at}${index}`, at)),
    );
    const audits = told.map((row, index) => audit(`a${index}`, row, row.recordedAt));
    await ledger.record({ inserts: told, updates: [], audits }, none);
    const range = await ledger.readRange('2026-11-23T00:00:00', wholeDay[1]);
    expect(range.notifications).toHaveLength(240);
    expect(range.seen.size).toBe(240);
    expect([...range.fences.keys()].sort()).toEqual(['2026-11-23', '2026-11-24']);
  });

  test('keeps a notification and its rows of the day in one transaction of at most 100', () => {
    const told = notification('n');
    const audits = Array.from({ length: 150 }, (_, index) => audit(`a${index}`, told));
    const transactions = packTransactions({ inserts: [told], updates: [], audits });
    expect(transactions.map(({ writes }) => writes.length)).toEqual([99, 52]);
    expect(transactions[0]?.writes.at(-1)?.row.rowKey).toBe(told.key);
  });

  test('writes in the order of keys, and last what may be refused', () => {
    const at = (second: number) => `2026-11-24T09:00:0${second}Z`;
    const gaining = notification('0', at(0));
    // Urgent ones come first of those that are given slots.
    const inserts = [5, 1, 3].map((second) => notification(`${second}`, at(second)));
    const audits = [
      ...inserts.map((told) => audit(`of ${told.key}`, told, told.recordedAt)),
      ...[4, 2].map((second) => audit(`noise ${second}`, undefined, at(second))),
    ];
    const updates = [{ notification: gaining, etag: 'e' }];
    const [{ writes } = { writes: [] }] = packTransactions({ inserts, updates, audits });
    const keys = writes.map(({ row }) => row.rowKey);
    expect(keys.at(-1)).toBe(gaining.key);
    expect(keys.slice(0, -1)).toEqual(keys.slice(0, -1).sort());
    expect(keys).toHaveLength(9);
  });
});

test('a write under an old ETag is refused', async () => {
  const told = notification('one');
  await ledger.record({ inserts: [told], updates: [], audits: [] }, none);
  const stored = await ledger.get(told);
  const etag = stored?.etag ?? '';
  await ledger.replace({ ...told, attempts: 1 }, etag);
  await expect(ledger.replace({ ...told, attempts: 2 }, etag)).rejects.toBeInstanceOf(
    LedgerConflict,
  );
  expect((await ledger.get(told))?.notification.attempts).toBe(1);
});

test('state is created once and moves only under its ETag', async () => {
  const poll = { startedAt: time, watermark: time, polledAt: time };
  const etag = await ledger.writePoll('watched', poll, undefined);
  const run = { from: 0, interval: 2040, end: 2040 };
  // A row of the table holds 32 K characters in one string, and lanes of many mailboxes are more.
  const lanes = Object.fromEntries(
    Array.from({ length: 1000 }, (_, index) => {
      return [
        `security${index}@contoso.example`,
        { runs: [run], preempted: [], hours: [] },
      ] as const;
    }),
  );
  await ledger.writeLanes(lanes, undefined);
  const pause = { until: time, perMinute: 24, noted: time };
  await ledger.writePause('security@contoso.example', pause, undefined);
  await ledger.writeChores({ day: '2026-11-24' });
  const stored = { etag: expect.any(String) };
  expect(await ledger.readState()).toEqual({
    polls: { watched: { value: poll, ...stored } },
    lanes: { value: lanes, ...stored },
    pauses: { 'security@contoso.example': pause },
    chores: { day: '2026-11-24' },
    unreadable: [],
  });
  const again = ledger.writePoll('watched', poll, undefined);
  await expect(again).rejects.toBeInstanceOf(LedgerConflict);
  await ledger.writePoll('watched', { ...poll, resumeFrom: time }, etag);
  await expect(ledger.writePoll('watched', poll, etag)).rejects.toBeInstanceOf(LedgerConflict);
});

test('slots as another version keeps them are no obstacle', async () => {
  await ledger.writeChores({ day: '2026-11-24' });
  const old = { partitionKey: 'state', rowKey: 'slots', slots: '{"a@x.example":"2026-11-24"}' };
  await ledger.store.insert(old);
  expect((await ledger.readState()).lanes).toBeUndefined();
});

test('what cannot be parsed is kept once', async () => {
  const row = { reason: 'id: is missing', raw: '{"x":1}' };
  expect(await ledger.keepAside(row, new Date())).toBe(true);
  expect(await ledger.keepAside(row, new Date())).toBe(false);
});

test('a purge deletes old days and old unparsable records, but nothing that is still to be told', async () => {
  const old = '2026-08-01T00:00:00Z';
  const told = { ...notification('told', old), state: 'sent' } as const;
  const untold = notification('untold', old);
  await ledger.record(
    { inserts: [told, untold], updates: [], audits: [audit('a', told, old)] },
    none,
  );
  await ledger.record({ inserts: [notification('new')], updates: [], audits: [] }, none);
  await ledger.keepAside({ reason: 'r', raw: 'old' }, new Date(old));
  await ledger.keepAside({ reason: 'r', raw: 'new' }, new Date(time));
  await ledger.writeLanes({}, undefined);
  // The told one, its audit row, the fence of that day, and one unparsable record.
  expect(await ledger.purgeBefore('2026-09-01')).toBe(4);
  expect((await ledger.readState()).lanes).toBeDefined();
  expect(await ledger.keepAside({ reason: 'r', raw: 'new' }, new Date(time))).toBe(false);
  expect(await ledger.keepAside({ reason: 'r', raw: 'old' }, new Date(time))).toBe(true);
  const { notifications } = await openRows(ledger, '2026-01-01');
  expect(notifications.map((row) => row.notification.key)).toEqual([
    untold.key,
    notification('new').key,
  ]);
});

describe('keys', () => {
  test('sort by time, whatever the digits of the fraction', () => {
    expect(keyTime('2026-11-24T09:00:00Z')).toBe('2026-11-24T09:00:00.0000000Z');
    expect(keyTime('2026-11-24T09:00:00.12Z')).toBe('2026-11-24T09:00:00.1200000Z');
  });

  test('hold nothing that Table storage forbids, whatever an id holds', () => {
    const { key } = auditRef(time, 'Authentication Methods_ /\\#?\t\u0000é');
    expect(key).toMatch(/^[0-9T:.\-Z]+~a~[0-9A-Z]{16}$/);
    expect(shortHash('a')).not.toBe(shortHash('b'));
  });

  test.each([
    ['', 'WERC8GMRZGE196QV'],
    ['a', 'SABR24PA3EYWNYP2'],
    ['Authentication Methods_ /\\#?\t\u0000é🙂', '3T1DP179A16RG7BN'],
    ['\ud800x', 'N1YE8SWKSHJSPYDX'],
  ])('are those of every version: %j', (text, hash) => {
    expect(shortHash(text)).toBe(hash);
  });

  test('give a reference that can be read over the phone', () => {
    expect(reference(notificationRef(time, 'x'))).toMatch(
      /^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/,
    );
  });
});
