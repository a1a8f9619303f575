import { beforeEach, describe, expect, test } from 'vitest';
import { notificationEntity, UnreadableRow } from '../../functions/ledger/entity.ts';
import { auditRef, notificationRef } from '../../functions/ledger/keys.ts';
import { Ledger } from '../../functions/ledger/ledger.ts';
import { LedgerView } from '../../functions/ledger/ledgerView.ts';
import { MemoryStore } from '../../functions/ledger/memoryStore.ts';
import { type Notification, untried } from '../../functions/ledger/notification.ts';
import { openRows } from '../fixtures/openRows.ts';

let ledger: Ledger;
beforeEach(() => {
  ledger = new Ledger(new MemoryStore());
});

const time = '2026-11-24T09:00:00.0000000Z';
const [from, to] = ['2026-11-24T08:00:00.0000000Z', '2026-11-24T10:00:00.0000000Z'];

const notification = (id: string): Notification => ({
  ...notificationRef(time, id),
  ...untried(new Date(time)),
  urgent: false,
  target: { id: 'x' },
  changes: [],
  sender: 'security@contoso.example',
});

describe('a notification of a state that this version does not know', () => {
  const foreign = notification('foreign');
  const fine = notification('fine');
  beforeEach(async () => {
    await ledger.store.insert({ ...notificationEntity(foreign), state: 'escalated' });
    await ledger.store.insert(notificationEntity(fine));
  });

  test('is set aside where a span is read, and the rest is there', async () => {
    const range = await ledger.readRange(from, to);
    expect(range.notifications.map((one) => one.notification.key)).toEqual([fine.key]);
    expect([...range.unreadable]).toEqual([foreign.key]);
    const covered = await new LedgerView(ledger).cover(from, to);
    expect([...covered.unreadable]).toEqual([foreign.key]);
  });

  test('is among what is open, and says which property is at fault', async () => {
    const { notifications, unreadable } = await openRows(ledger, '2026-11-24');
    expect(notifications).toHaveLength(1);
    expect(unreadable.map(({ row, code }) => [row.key, code])).toEqual([[foreign.key, 'state']]);
    await expect(ledger.get(foreign)).rejects.toBeInstanceOf(UnreadableRow);
  });

  test('does not keep anything from being recorded beside it', async () => {
    const view = new LedgerView(ledger);
    await view.cover(from, to);
    const audit = {
      ...auditRef(time, 'new'),
      auditId: 'new',
      activity: 'a',
      service: 's',
      verdict: 'noise' as const,
      why: '',
    };
    await view.record({ inserts: [notification('new')], updates: [], audits: [audit] });
    expect((await ledger.readRange(from, to)).notifications).toHaveLength(2);
  });
});

test.each([
  ['changes that are not JSON', { changes: '[{"auditId":"Adele' }, 'changes'],
  ['no time', { notBefore: undefined }, 'notBefore'],
])(
  'a notification with %s is set aside, and nothing of it is said',
  async (_, broken, property) => {
    const row = notification('broken');
    await ledger.store.insert({ ...notificationEntity(row), ...broken });
    const { unreadable } = await openRows(ledger, '2026-11-24');
    expect(unreadable.map(({ message }) => message)).toEqual([
      `a row of the ledger can't be read: ${property}`,
    ]);
  },
);

describe('what is remembered', () => {
  const state = (rowKey: string, more: object) =>
    ledger.store.insert({ partitionKey: 'state', rowKey, ...more });

  test('goes without lanes, pauses and chores that can not be read, and names them', async () => {
    await state('lanes2', { lanes0: '{"a@x.example":{"runs"' });
    await state('pause~X', { until: 7 });
    await state('chores', { day: 7 });
    await state('permissions', { at: time, report: '{' });
    await state('poll', { startedAt: time, watermark: time, polledAt: time });
    const read = await ledger.readState();
    expect(read).toMatchObject({ pauses: {}, lanes: { value: {} } });
    expect(read.chores).toBeUndefined();
    expect(read.permissions).toBeUndefined();
    expect(read.polls.watched).toBeDefined();
    const aside = read.unreadable.map(({ row }) => row.key).sort();
    expect(aside).toEqual(['chores', 'lanes2', 'pause~X', 'permissions']);
    // Under the ETag that it has: the next lanes are written over it.
    await ledger.writeLanes({}, read.lanes?.etag);
    expect((await ledger.readState()).unreadable).toHaveLength(3);
  });

  test('does not guess how far reading had come', async () => {
    await state('poll', { startedAt: time, polledAt: time });
    await expect(ledger.readState()).rejects.toBeInstanceOf(UnreadableRow);
  });
});
