import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { guardBulk } from '../../functions/intake/bulk.ts';
import type { Notification } from '../../functions/ledger/notification.ts';
import { NotificationsByTime } from '../../functions/ledger/notificationsByTime.ts';
import type { Initiator, SecurityInfoChange } from '../../functions/recognise/change.ts';
import { administrator, application, change } from '../mail/cases.ts';

const start = Date.parse('2026-11-24T09:00:00Z');
const now = new Date(start + 2 * 3_600_000);

/** A notification of one user's change, some minutes after nine. */
function row(
  user: string,
  minutes = 0,
  initiator: Initiator = administrator,
  parts: Partial<SecurityInfoChange> = {},
): Notification {
  const time = new Date(start + minutes * 60_000).toISOString();
  const changes = [change({ time, target: { id: user }, initiator, ...parts })];
  const fields = { day: '2026-11-24', key: `${time}~n~${user}`, state: 'pending', urgent: true };
  return { ...fields, target: { id: user }, changes } as unknown as Notification;
}

const rows = (count: number, minutes = 0, by: Initiator = administrator) =>
  Array.from({ length: count }, (_, index) => row(`u${index}`, minutes, by));
const guard = (inserts: readonly Notification[], existing: readonly Notification[] = []) =>
  guardBulk(inserts, new NotificationsByTime(existing.map(stored)), 3, now);
const stored = (notification: Notification) => ({ notification, etag: 'e' });
const bulkOf = ({ inserts }: ReturnType<typeof guard>) =>
  inserts.flatMap(({ bulk }, index) => (bulk ? index : []));

describe('the bulk guard', () => {
  test('lets as many users pass as the limit says', () => {
    const passed = guard(rows(3));
    expect(bulkOf(passed)).toEqual([]);
    expect(passed.summaries.size).toBe(0);
  });

  test('takes all of an initiator who changes more for bulk, with one summary', () => {
    const { inserts, summaries } = guard([...rows(4), row('u9', 0, application)]);
    expect(inserts.map(({ bulk, urgent }) => [bulk, urgent])).toEqual([
      ...Array(4).fill([true, false]),
      [undefined, true],
    ]);
    const [[owner, summary] = []] = summaries;
    expect(owner).toBe(inserts[0]?.key);
    expect(summary).toMatchObject({
      day: '2026-11-24',
      state: 'pending',
      urgent: true,
      summary: { users: 4, from: inserts[0]?.changes[0]?.time },
    });
    expect(summary?.key).toMatch(/^2026-11-24T09:00:00\.0000000Z~n~/);
  });

  test('counts what was recorded before, and finds the summary of the hour there', () => {
    const before = rows(3);
    const tripped = guard([row('u7', 30)], before);
    expect(bulkOf(tripped)).toEqual([0]);
    const [summary] = tripped.summaries.values();
    if (!summary) throw new Error('no summary');
    const later = guard([row('u8', 50)], [...before, row('u7', 30), summary]);
    expect(bulkOf(later)).toEqual([0]);
    expect(later.summaries.size).toBe(0);
    const nextHour = guard([row('u9', 60)], [...before, row('u7', 30), row('u8', 50), summary]);
    expect(nextHour.summaries.size).toBe(1);
  });

  test('counts users, not changes, and one who is named by id and by UPN once', () => {
    const both = { target: { id: 'u1', userPrincipalName: 'U1@x' } };
    const upn = { target: { userPrincipalName: 'u1@X' } };
    const same = [0, 1, 2, 3].map((minutes) => row('u1', minutes, administrator, both));
    expect(bulkOf(guard([...same, row('u1', 4, administrator, upn), ...rows(1)]))).toEqual([]);
  });

  test('counts an hour, wherever it begins', () => {
    const spread = [0, 30, 60.1, 90.2].map((minutes, index) => row(`u${index}`, minutes));
    expect(bulkOf(guard(spread))).toEqual([]);
    expect(bulkOf(guard(spread, rows(1, 100)))).toEqual([]);
    expect(bulkOf(guard(spread, rows(2, 100)))).toEqual([2, 3]);
    expect(bulkOf(guard([...spread, row('u8', 65), row('u9', 66)]))).toEqual([1, 2, 3, 4, 5]);
  });

  test('leaves alone what users do themselves, and what is not told', () => {
    const self = Array.from({ length: 9 }, (_, index) =>
      row(`u${index}`, 0, { kind: 'self', id: `u${index}` }),
    );
    expect(bulkOf(guard(self))).toEqual([]);
    const untold = rows(9).map((one) => ({ ...one, state: 'suppressed' as const }));
    expect(guard(untold).summaries.size).toBe(0);
  });

  test('takes one who is not known to be somebody else, but changes many, for somebody else', () => {
    expect(bulkOf(guard(rows(4, 0, { kind: 'unknown', id: 'x' })))).toHaveLength(4);
  });

  test('counts passes and resets by themselves: what is harmless hides none of them', () => {
    const pass = { method: 'temporaryAccessPass', action: 'registered' } as const;
    const reset = { method: 'password', action: 'passwordReset' } as const;
    const phones = rows(9).map((one) => ({
      ...one,
      changes: one.changes.map((c) => ({
        ...c,
        method: 'phone' as const,
        action: 'updated' as const,
      })),
    }));
    const others = [row('ceo', 1, administrator, pass), row('cfo', 1, administrator, reset)];
    expect(bulkOf(guard([...phones, ...others]))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    const passes = Array.from({ length: 4 }, (_, index) =>
      row(`p${index}`, 2, administrator, pass),
    );
    expect(bulkOf(guard(passes))).toEqual([0, 1, 2, 3]);
  });

  test('gives whoever comes second the same summary, whatever was recorded in between', () => {
    fc.assert(
      fc.property(fc.nat({ max: 20 }), (split) => {
        const all = rows(20);
        const [summary] = guard(all).summaries.values();
        const rest = guard(all.slice(split), all.slice(0, split));
        const keys = [...rest.summaries.values()].map(({ key }) => key);
        expect(keys).toEqual(split < 20 ? [summary?.key] : []);
      }),
    );
  });
});
