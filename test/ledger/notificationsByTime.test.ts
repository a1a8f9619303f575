import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { start } from '../../functions/intake/draft.ts';
import { notificationRef } from '../../functions/ledger/keys.ts';
import type { StoredNotification } from '../../functions/ledger/notification.ts';
import { NotificationsByTime } from '../../functions/ledger/notificationsByTime.ts';
import { change } from '../mail/cases.ts';

const stored = (time: string) =>
  ({
    notification: { ...notificationRef(`2026-11-24T${time}Z`, time), target: {}, changes: [] },
    etag: time,
  }) as unknown as StoredNotification;
const timesOf = (rows: readonly StoredNotification[]) => rows.map(({ etag }) => etag).sort();

test('finds what lies between two times, whatever their order of coming, and forgets what lies before one', () => {
  const times = ['09:59:59', '10:00:00', '10:00:30', '10:59:59', '09:00:00', '11:00:00'];
  const known = new NotificationsByTime(times.map(stored));
  const between = (from: string, to: string) =>
    timesOf(known.between(`2026-11-24T${from}.0000000Z`, `2026-11-24T${to}.0000000Z~~`));
  expect(between('10:00:00', '10:59:59')).toEqual(['10:00:00', '10:00:30', '10:59:59']);
  expect(between('09:59:59', '10:00:00')).toEqual(['09:59:59', '10:00:00']);
  expect(timesOf([...known.each()])).toEqual(times.toSorted());
  expect(known.keys()).toHaveLength(times.length);
  known.dropBefore('2026-11-24T10:00:30.0000000Z');
  expect(timesOf([...known.each()])).toEqual(['10:00:30', '10:59:59', '11:00:00']);
  const { key } = stored('10:59:59').notification;
  expect(known.get(key)?.etag).toBe('10:59:59');
  known.delete(key);
  expect(known.get(key)).toBeUndefined();
});

test('finds by name what came before and after it was first asked, and not what has another name by now', () => {
  const about = (time: string, id: string, more: object = {}) => {
    const { notification, etag } = stored(time);
    return { notification: { ...notification, target: { id }, ...more }, etag };
  };
  const known = new NotificationsByTime([about('10:00:00', 'A'), about('10:30:00', 'b')]);
  const named = (id: string, ...span: string[]) => timesOf(known.named(`id ${id}`, ...span));
  expect(named('a', '2026-11-24T10:10', '2026-11-24T10:40')).toEqual([]);
  expect(named('a')).toEqual(['10:00:00']);
  known.set(about('10:00:10', 'a'));
  known.set(about('09:00:00', 'a'));
  known.set(about('09:00:01', 'a', { followUp: { of: 'sent' } }));
  known.set(about('10:00:20', 'a', { summary: { users: 3 } }));
  expect(named('a')).toEqual(['09:00:00', '10:00:00', '10:00:10']);
  known.set(about('10:00:10', 'b'));
  expect(named('a')).toEqual(['09:00:00', '10:00:00']);
  expect(named('b')).toEqual(['10:00:10', '10:30:00']);
  // What was gone may come back as somebody else's.
  known.delete(about('10:00:00', 'A').notification.key);
  known.set(about('10:00:00', 'c'));
  expect(named('a')).toEqual(['09:00:00']);
  known.set(about('10:00:00', 'A'));
  known.delete(about('09:00:00', 'a').notification.key);
  known.dropBefore('2026-11-24T10:00:05.0000000Z');
  expect(named('a')).toEqual([]);
  expect(named('b')).toEqual(['10:00:10', '10:30:00']);
  // A minute that was forgotten may come back.
  known.set(about('09:00:00', 'a'));
  known.dropBefore('2026-11-24T10:30:00.0000000Z');
  known.set(about('10:00:30', 'b'));
  expect(named('a')).toEqual([]);
  expect(named('b')).toEqual(['10:00:30', '10:30:00']);
});

const step = fc.record({
  what: fc.constantFrom('set', 'set', 'set', 'delete', 'dropBefore', 'pack', 'ask'),
  /** Of five minutes. */
  second: fc.nat(9).map((tenth) => 30 * tenth),
  person: fc.constantFrom('a', 'b', 'c'),
  other: fc.constantFrom('a', 'b', 'c'),
  maker: fc.constantFrom('m', 'n', undefined),
  more: fc.constantFrom({}, {}, {}, { followUp: 'late' }, { test: true }, { summary: {} }),
});
type Row = StoredNotification['notification'];

test('finds by name and maker what a look at all would find, whatever came, went and changed', () => {
  const timeAt = (second: number) => new Date(1000 * second).toISOString().slice(11, 19);
  const play = fc.property(fc.array(step, { minLength: 20, maxLength: 60 }), (steps) => {
    const known = new NotificationsByTime();
    const all = new Map<string, StoredNotification>();
    for (const { what, second, person, other, maker, more } of steps) {
      const { notification, etag } = stored(timeAt(second));
      const { key } = notification;
      const [from, to] = [`2026-11-24T${timeAt(second)}`, '2026-11-24T00:03:30~'];
      const initiator = maker ? { kind: 'administrator', id: maker } : { kind: 'self' };
      const changes = [{ target: { id: other }, initiator }] as unknown as Row['changes'];
      const row = { ...notification, target: { id: person }, changes, ...more } as Row;
      if (what === 'set') {
        known.set({ notification: row, etag });
        all.set(key, { notification: row, etag });
      } else if (what === 'delete') {
        known.delete(key);
        all.delete(key);
      } else if (what === 'pack') {
        known.pack(from);
      } else if (what === 'dropBefore') {
        known.dropBefore(from);
        for (const old of all.keys()) if (old < from) all.delete(old);
      } else {
        const found = (isMeant: (row: Row) => boolean) =>
          timesOf([...all.values()].filter((one) => isMeant(one.notification)));
        const isNamed = (one: Row) =>
          !(one.followUp || one.test || one.summary) &&
          [one, ...one.changes].some(({ target }) => target.id === person);
        const isWithin = (one: Row) => one.key >= from && one.key <= to;
        const isMade = ({ summary, changes }: Row) =>
          !summary && changes.some(({ initiator }) => initiator.id === 'm');
        const named = timesOf(known.named(`id ${person}`, from, to));
        expect(named).toEqual(found((one) => isNamed(one) && isWithin(one)));
        expect(timesOf(known.named(`id ${person}`))).toEqual(found(isNamed));
        expect(timesOf(known.between(from, to))).toEqual(found(isWithin));
        expect(known.countBetween(from, to)).toBe(found(isWithin).length);
        expect([known.has(key), known.get(key)]).toEqual([all.has(key), all.get(key)]);
        expect(timesOf([...known.each()])).toEqual(timesOf([...all.values()]));
        expect(timesOf(known.madeBy('m'))).toEqual(found(isMade));
      }
    }
    expect(known.keys().sort()).toEqual([...all.keys()].sort());
  });
  fc.assert(play, { numRuns: 200 });
});

/** All garbage is collected, and this is left, in bytes. */
function heapHeld(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

test('holds what is packed outside the heap, and gives it as it was', () => {
  const known = new NotificationsByTime();
  const rowAt = (number: number): StoredNotification => {
    const { notification, etag } = stored(new Date(60 * number).toISOString().slice(11, 23));
    const time = `2026-11-24T09:00:00.${String(number).padStart(7, '0')}Z`;
    const one = change({ auditId: `row ${number}`, time });
    const told = start(one, undefined, new Date(time), new Date(time));
    return { notification: { ...told, ...notification, changes: [one] }, etag };
  };
  const empty = heapHeld();
  for (let number = 0; number < 20_000; number += 1) known.set(rowAt(number));
  const before = heapHeld() - empty;
  known.pack('2026-11-25');
  expect(heapHeld() - empty).toBeLessThan(before / 2.5);
  for (const number of [0, 7777, 19_999]) {
    const row = rowAt(number);
    expect(known.get(row.notification.key)).toEqual(row);
  }
});

test('keeps nothing of what it forgot, though it was asked for each of many thousand', () => {
  const known = new NotificationsByTime();
  const pass = (from: number) => {
    for (let number = from; number < from + 30_000; number += 1) {
      const time = new Date(600 * number).toISOString();
      const { notification, etag } = stored(time.slice(11, 23));
      const row = { ...notification, target: { id: `person ${number}` } };
      known.set({ notification: row, etag });
      if (known.named(`id person ${number}`).length !== 1) throw new Error('it was there');
      if (number % 100 === 99) known.dropBefore(notification.key);
    }
    known.dropBefore('2026-11-25');
    return heapHeld();
  };
  const first = pass(0);
  expect(pass(30_000) - first).toBeLessThan(2 * 1024 * 1024);
});
