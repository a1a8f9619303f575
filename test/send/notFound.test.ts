import { expect, test } from 'vitest';
import type { Notification } from '../../functions/ledger/notification.ts';
import { notFound } from '../../functions/send/notFound.ts';
import { newRow } from '../lab/machine/newRow.ts';

const now = new Date('2026-11-24T09:00:00Z');

test('what others are told of a deleted account is a mail of its own: nothing of the waiting one’s course is its', () => {
  const waited: Partial<Notification> = {
    deferrals: 3,
    dueSince: '2026-11-24T08:00:00.000Z',
    lookMs: 400,
    poisoned: 2,
    revivals: 4,
    revivedAt: '2026-11-24T08:50:00.000Z',
    slotUntil: '2026-11-24T08:00:02.000Z',
  };
  const deleted = { id: 'x', displayName: 'Adele' };
  const course = (row: Notification) => {
    const found = notFound(row, deleted, now);
    if (found.kind !== 'gone') throw new Error('a deleted account may be restored');
    return found.meanwhile;
  };
  const row: Notification = { ...newRow(0, now), authenticatorWarning: 'program' };
  expect(course({ ...row, ...waited })).toEqual(course(row));
  expect(course(row)).toMatchObject({
    followUp: 'gone',
    urgent: true,
    changes: row.changes,
    authenticatorWarning: 'program',
  });
});
