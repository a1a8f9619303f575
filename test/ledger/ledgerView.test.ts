import { beforeEach, expect, test, vi } from 'vitest';
import { start } from '../../functions/intake/draft.ts';
import { auditRef, notificationRef } from '../../functions/ledger/keys.ts';
import { Ledger, LedgerConflict, type LedgerRange } from '../../functions/ledger/ledger.ts';
import { LedgerView } from '../../functions/ledger/ledgerView.ts';
import { MemoryStore } from '../../functions/ledger/memoryStore.ts';
import type { Notification, StoredNotification } from '../../functions/ledger/notification.ts';
import { NotificationsByTime } from '../../functions/ledger/notificationsByTime.ts';
import type { Recording } from '../../functions/ledger/recording.ts';
import { ledgerWith } from '../fixtures/ledgerWith.ts';
import { change } from '../mail/cases.ts';

let ledger: Ledger;
let view: LedgerView;
let reads: string[];

beforeEach(() => {
  ledger = new Ledger(new MemoryStore());
  reads = [];
  const counted = ledgerWith(ledger, {
    readRange: (from, to): Promise<LedgerRange> => {
      reads.push(`${from.slice(11, 16)}-${to.slice(11, 16)}`);
      return ledger.readRange(from, to);
    },
  });
  view = new LedgerView(counted);
});

const at = (time: string) => `2026-11-24T${time}:00.0000000Z`;
const seenAt = (...times: string[]): Recording => ({
  inserts: [],
  updates: [],
  audits: times.map((time) => ({
    ...auditRef(at(time), time),
    auditId: time,
    activity: 'a',
    service: 's',
    verdict: 'noise',
    why: '',
  })),
});
const timesSeen = ({ seen }: Pick<LedgerRange, 'seen'>) =>
  [...seen].map((key) => key.slice(11, 16)).sort();

test('reads each part of the ledger once, and forgets what lies behind', async () => {
  await ledger.record(seenAt('08:30', '09:30', '10:30', '11:30'), new Map());
  expect(timesSeen(await view.cover(at('08:00'), at('10:00')))).toEqual(['08:30', '09:30']);
  expect(timesSeen(await view.cover(at('10:00'), at('11:00')))).toEqual(['09:30', '10:30']);
  // An hour behind what was asked for: most rows that come late need no more.
  expect(timesSeen(await view.cover(at('09:10'), at('10:50')))).toEqual(['09:30', '10:30']);
  // Each time ten minutes ahead: nothing is read for the last one.
  expect(reads).toEqual(['08:00-10:10', '10:10-11:10']);
});

test('reads further ahead each time that nothing is there, and no further where something is', async () => {
  const page = (number: number) => {
    const minute = (more: number) =>
      new Date(Date.parse(at('08:00')) + (5 * number + more) * 60_000).toISOString().slice(11, 16);
    return [at(minute(0)), at(minute(5))] as const;
  };
  for (let number = 0; number < 60; number += 1) await view.cover(...page(number));
  expect(reads).toEqual([
    '08:00-08:15',
    '08:15-08:40',
    '08:40-09:25',
    '09:25-10:50',
    '10:50-12:15',
    '12:15-13:40',
  ]);
  await ledger.record(seenAt('08:10', '08:20', '08:40', '08:50'), new Map());
  reads = [];
  view.forget();
  for (let number = 0; number < 12; number += 1) await view.cover(...page(number));
  expect(reads).toEqual(['08:00-08:15', '08:15-08:30', '08:30-08:45', '08:45-09:00']);
});

test('keeps no more than the overlap and what is about it, though most polls read less', async () => {
  const minute = (number: number) => new Date(Date.parse('2026-11-24') + number * 60_000);
  const name = (number: number) => minute(number).toISOString().slice(11, 16);
  let tooOld = 0;
  for (let now = 140; now < 24 * 60; now += 1) {
    // As a busy tenant is read: ten minutes at each poll, seventy at every tenth.
    const overlap = now % 10 === 0 ? 70 : 10;
    const { seen } = await view.cover(at(name(now - overlap)), at(name(now)));
    const from = auditRef(at(name(now - overlap - 60)), '').key.slice(0, 20);
    tooOld = Math.max(tooOld, [...seen].filter((key) => key < from).length);
    await view.record(seenAt(name(now)));
  }
  expect(tooOld).toBe(0);
});

test('knows what it recorded itself, and goes on recording', async () => {
  await view.cover(at('08:00'), at('10:00'));
  await view.record(seenAt('08:30'));
  expect(timesSeen(await view.cover(at('08:00'), at('11:00')))).toEqual(['08:30']);
  await view.record(seenAt('10:30'));
  expect(reads).toHaveLength(2);
});

test('begins anew where somebody else has recorded meanwhile', async () => {
  await view.cover(at('08:00'), at('10:00'));
  // The first recording of that day: there was no fence before.
  await ledger.record(seenAt('09:30'), new Map());
  expect(timesSeen(await view.cover(at('08:00'), at('11:00')))).toEqual(['09:30']);
  expect(reads).toEqual(['08:00-10:10', '10:10-11:20', '08:00-11:10']);
  const other = await ledger.readRange(at('08:00'), at('11:00'));
  await ledger.record(seenAt('09:40'), other.fences);
  await expect(view.record(seenAt('09:40'))).rejects.toBeInstanceOf(LedgerConflict);
  expect(timesSeen(await view.cover(at('08:00'), at('11:00')))).toEqual(['09:30', '09:40']);
});

const startedAt = (time: string, id: string): Notification => {
  const told = change({ auditId: id, time: at(time) });
  const now = new Date(at('09:00'));
  return { ...start(told, undefined, now, now), ...notificationRef(at(time), id) };
};

test('reads only what moved, where that is why it was refused', async () => {
  const one = startedAt('08:30', 'a');
  await ledger.record({ ...seenAt('08:20'), inserts: [one] }, new Map());
  const { notifications } = await view.cover(at('08:00'), at('10:00'));
  const known = notifications.get(one.key) as StoredNotification;
  const moved = await ledger.replace({ ...one, deferrals: 1 }, known.etag);
  const gained = { notification: { ...one, deferrals: 7 }, etag: known.etag };
  const refused = view.record({ ...seenAt('08:40'), updates: [gained] });
  await expect(refused).rejects.toBeInstanceOf(LedgerConflict);
  expect(timesSeen(await view.cover(at('08:00'), at('10:00')))).toEqual(['08:20']);
  expect(notifications.get(one.key)).toEqual(known);
  expect(await view.renew([one])).toBe(true);
  expect(notifications.get(one.key)).toMatchObject({ notification: { deferrals: 1 }, etag: moved });
  await view.record(seenAt('08:40'));
  expect(timesSeen(await view.cover(at('08:00'), at('10:00')))).toEqual(['08:20', '08:40']);
  expect(reads).toEqual(['08:00-10:10']);
});

test('knows what of a refused recording was written before it was refused', async () => {
  await ledger.record(seenAt('08:20'), new Map());
  const { notifications } = await view.cover(at('08:00'), at('10:00'));
  const late = startedAt('08:30', 'late');
  await view.record({ ...seenAt(), inserts: [late] });
  const known = notifications.get(late.key) as StoredNotification;
  await ledger.replace({ ...late, deferrals: 1 }, known.etag);
  // What is refused comes in a second transaction.
  const inserts = Array.from({ length: 120 }, (_, at) => startedAt('08:31', `new ${at}`));
  const refused = view.record({ ...seenAt('08:40'), inserts, updates: [known] });
  await expect(refused).rejects.toBeInstanceOf(LedgerConflict);
  await view.renew([late]);
  const inTable = await ledger.readRange(at('08:00'), at('10:00'));
  const sorted = (of: Iterable<StoredNotification>) =>
    [...of].map(({ notification: { key }, etag }) => `${key} ${etag}`).sort();
  expect(inTable.notifications.length).toBeGreaterThan(90);
  expect(sorted(notifications.each())).toEqual(sorted(inTable.notifications));
  await view.record(seenAt('08:40'));
  expect(reads).toHaveLength(1);
});

test('reads anew what it saw seconds ago, before that gains something, and many by one query', async () => {
  const asked: string[] = [];
  const counted = ledgerWith(ledger, {
    get: (ref) => {
      asked.push(ref.key.slice(11, 16));
      return ledger.get(ref);
    },
    readNotifications: (from, to, readBefore) => {
      asked.push(`${from.slice(11, 16)}-${to.slice(11, 16)}`);
      return ledger.readNotifications(from, to, readBefore);
    },
  });
  view = new LedgerView(counted);
  const second = (number: number) => new Date(Date.parse(at('09:00')) + 1000 * number);
  view.age(second(0));
  const minute = (number: number) => `08:${String(number).padStart(2, '0')}`;
  const started = Array.from({ length: 20 }, (_, at) => startedAt(minute(at), `row ${at}`));
  await ledger.record({ ...seenAt(), inserts: started }, new Map());
  const { notifications } = await view.cover(at('08:00'), at('09:00'));
  view.age(second(1));
  expect(await view.renew(started)).toBe(false);
  expect(asked).toEqual([]);
  view.age(second(3));
  expect(view.isOld(started)).toBe(true);
  expect(await view.renew(started.slice(3, 5))).toBe(false);
  expect(asked.splice(0)).toEqual(['08:03', '08:04']);
  const [, , one] = started as [Notification, Notification, Notification];
  const known = notifications.get(one.key) as StoredNotification;
  await ledger.replace({ ...one, deferrals: 1 }, known.etag);
  expect(await view.renew(started)).toBe(true);
  expect(notifications.get(one.key)).toMatchObject({ notification: { deferrals: 1 } });
  expect(asked.splice(0)).toEqual(['08:00-08:19']);
  expect(view.isOld(started)).toBe(false);
  view.age(second(6));
  // With too many others between them.
  const crowd = Array.from({ length: 80 }, (_, at) => startedAt('08:10', `other ${at}`));
  await view.record({ ...seenAt(), inserts: crowd });
  expect(await view.renew(started)).toBe(false);
  expect(asked).toHaveLength(20);
});

test.each([
  ['one by one', 2],
  ['by one query', 20],
])(
  'forgets of what it reads %s what is gone, and what another version took over',
  async (_, many) => {
    const minute = (number: number) => `08:${String(number).padStart(2, '0')}`;
    const started = Array.from({ length: 20 }, (_, at) => startedAt(minute(at), `row ${at}`));
    const [gone, foreign, ...others] = started as [Notification, Notification];
    const store = new MemoryStore();
    ledger = new Ledger(store);
    view = new LedgerView(ledger);
    view.age(new Date(at('09:00')));
    await ledger.record({ ...seenAt(), inserts: started }, new Map());
    const { notifications } = await view.cover(at('08:00'), at('10:00'));
    const keysOf = ({ day, key }: Notification) => ({ partitionKey: day, rowKey: key });
    await store.remove(keysOf(gone), notifications.get(gone.key)?.etag ?? '');
    await store.put({ ...keysOf(foreign), state: 'of another version' });
    // In whichever order they are asked for. A clock that was set back makes them old as well.
    const asked = started.slice(0, many).reverse();
    view.age(new Date(at('08:00')));
    expect(await view.renew(asked)).toBe(true);
    expect(notifications.keys().sort()).toEqual(others.map(({ key }) => key));
    expect(view.isOld(asked)).toBe(false);
    expect(await view.renew(asked)).toBe(false);
  },
);

test('has another version once it knows something else', async () => {
  const one = startedAt('08:30', 'a');
  await ledger.record({ ...seenAt('08:20'), inserts: [one] }, new Map());
  const versions = [view.version];
  const after = async (step: unknown) => {
    await step;
    versions.push(view.version);
  };
  await after(view.cover(at('08:00'), at('10:00')));
  await after(view.record(seenAt('08:40')));
  view.age(new Date(at('09:00')));
  await after(view.renew([one]));
  await ledger.replace({ ...one, deferrals: 1 }, (await ledger.get(one))?.etag ?? '');
  const refused = view.record({ ...seenAt(), updates: [{ notification: one, etag: '' }] });
  // Decided about while that was on its way, as if it was written.
  await after(undefined);
  await after(refused.catch(() => {}));
  await after(view.forget());
  expect(new Set(versions).size).toBe(versions.length);
  // Nothing new is read, and nothing was known for long.
  await view.cover(at('08:00'), at('10:00'));
  const { version } = view;
  await view.cover(at('08:00'), at('10:00'));
  await view.renew([one]);
  expect(view.version).toBe(version);
});

test('reads what lies before its span as well, and begins anew far from it', async () => {
  await ledger.record(seenAt('07:30', '08:30'), new Map());
  await view.cover(at('08:00'), at('10:00'));
  expect(timesSeen(await view.cover(at('07:00'), at('09:00')))).toEqual(['07:30', '08:30']);
  await view.cover(at('12:00'), at('13:00'));
  expect(reads).toEqual(['08:00-10:10', '07:00-08:00', '12:00-13:10']);
});

test('reads what a row that is hours late needs, and stays where it is', async () => {
  await ledger.record(seenAt('03:30', '08:30'), new Map());
  await view.cover(at('08:00'), at('10:00'));
  expect(timesSeen(await view.cover(at('03:00'), at('04:00')))).toEqual(['03:30', '08:30']);
  await view.record(seenAt('03:40'));
  await view.cover(at('08:00'), at('10:00'));
  await view.record(seenAt('09:40'));
  expect(timesSeen(await view.cover(at('08:00'), at('10:00')))).toContain('09:40');
  // The same place again: what was recorded there is read.
  expect(timesSeen(await view.cover(at('03:00'), at('04:00')))).toContain('03:40');
  expect(reads).toEqual(['08:00-10:10', '03:00-04:00', '03:00-04:00']);
  // Rows of one time after another: reading moves there.
  await view.cover(at('03:50'), at('05:00'));
  await view.cover(at('04:00'), at('05:10'));
  expect(reads.slice(3)).toEqual(['03:50-05:10']);
  // Somebody else has recorded since: all is read anew.
  await view.cover(at('08:00'), at('10:00'));
  const { fences } = await ledger.readRange(at('08:00'), at('10:00'));
  await ledger.record(seenAt('03:45', '09:45'), fences);
  await view.cover(at('02:00'), at('02:30'));
  expect(timesSeen(await view.cover(at('08:00'), at('10:00')))).toContain('09:45');
});

test('knows rows by their ids for as long as it knows them at all', async () => {
  const row = (time: string) => ({ id: time, activityDateTime: at(time) });
  await view.cover(at('08:00'), at('10:00'));
  view.know([row('08:30'), row('09:30')]);
  expect(view.isKnown('08:30', at('08:30'))).toBe(true);
  expect(view.isKnown('08:30', at('09:30'))).toBe(false);
  // Behind what is asked for by an hour and more.
  await view.cover(at('09:30'), at('10:00'));
  await view.cover(at('10:00'), at('10:10'));
  expect(['08:30', '09:30'].map((time) => view.isKnown(time, at(time)))).toEqual([false, true]);
  // Whoever else records: that this row has been recorded stays true.
  view.forget();
  expect(view.isKnown('09:30', at('09:30'))).toBe(true);
});

test('packs what lies a quarter of an hour behind what is asked for', async () => {
  const pack = vi.spyOn(NotificationsByTime.prototype, 'pack');
  await view.cover(at('08:00'), at('10:00'));
  expect(pack.mock.calls).toEqual([[at('09:45')]]);
  // Nothing is read for the next page: it waits until that one is on its way.
  await view.cover(at('09:00'), at('10:05'));
  expect(pack.mock.calls).toHaveLength(1);
  await view.record(seenAt('10:02'));
  expect(pack.mock.calls.slice(1)).toEqual([[at('09:50')]]);
  pack.mockRestore();
});

test('knows what it records once the first of it has left, and says so before the answer', async () => {
  const said: string[] = [];
  const answer = Promise.withResolvers<void>();
  const slow = ledgerWith(ledger, {
    record: async (...given) => {
      said.push('left');
      await answer.promise;
      said.push('answered');
      return ledger.record(...given);
    },
  });
  const one = new LedgerView(slow);
  await one.cover(at('08:00'), at('10:00'));
  const known = () => timesSeen(one.known(at('08:00'), at('10:00')) ?? { seen: new Set() });
  const recorded = one.record(seenAt('08:30'), () => {
    said.push(`known ${known()}`);
    answer.resolve();
  });
  expect([...said, ...known()]).toEqual(['left']);
  await recorded;
  expect(said).toEqual(['left', 'known 08:30', 'answered']);
});
