import { expect, test } from 'vitest';
import { notificationRef } from '../../functions/ledger/keys.ts';
import type { StoredNotification } from '../../functions/ledger/notification.ts';
import { NotificationsByTime } from '../../functions/ledger/notificationsByTime.ts';

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
