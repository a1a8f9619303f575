import fc from 'fast-check';
import { expect, test } from 'vitest';
import { start } from '../../functions/intake/draft.ts';
import { auditRef, keyTimeAfter, notificationRef } from '../../functions/ledger/keys.ts';
import { Ledger, LedgerConflict } from '../../functions/ledger/ledger.ts';
import { LedgerView } from '../../functions/ledger/ledgerView.ts';
import { MemoryStore } from '../../functions/ledger/memoryStore.ts';
import type { StoredNotification } from '../../functions/ledger/notification.ts';
import type { Recording } from '../../functions/ledger/recording.ts';
import { change } from '../mail/cases.ts';

const begin = Date.parse('2026-11-23T20:00:00Z');
const now = new Date('2026-11-24T12:00:00Z');
const timeOf = (minute: number) => new Date(begin + minute * 60_000).toISOString();

/** A row and the notification that it starts, some minutes after eight in the evening. */
function recordingAt(minute: number, id: string): Recording {
  const time = timeOf(minute);
  const told = change({ auditId: id, time });
  const insert = { ...start(told, undefined, now, now), ...notificationRef(time, id) };
  const { day, key } = insert;
  const audit = { ...auditRef(time, id), auditId: id, activity: '', service: '', why: '' };
  return {
    inserts: [insert],
    updates: [],
    audits: [{ ...audit, verdict: 'change', notification: { day, key } }],
  };
}

/** A row that counts one more. */
const gained = ({ notification, etag }: StoredNotification): StoredNotification => ({
  notification: { ...notification, deferrals: notification.deferrals + 1 },
  etag,
});

/** Around midnight, and two places of the day after that lie further apart than a view looks back. */
const minute = fc.oneof(
  fc.integer({ min: 210, max: 270 }),
  fc.integer({ min: 300, max: 340 }),
  fc.integer({ min: 500, max: 540 }),
);
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constant('page' as const), at: minute, long: fc.nat(40) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('other' as const), at: minute, long: fc.nat(0) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('moved' as const), at: fc.nat(20), long: fc.nat(0) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('forget' as const), at: minute, long: fc.nat(0) }),
  },
);

test('what it records on, it knew as the ledger has it, whoever else records and wherever pages lie', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const ledger = new Ledger(new MemoryStore());
      const view = new LedgerView(ledger);
      for (const [number, { what, at, long }] of steps.entries()) {
        const everything = () => ledger.readRange('2026-11-23', '2026-11-25');
        if (what === 'forget') view.forget();
        if (what === 'other') {
          await ledger.record(recordingAt(at, `other ${number}`), (await everything()).fences);
        }
        if (what === 'moved') {
          const { notifications } = await everything();
          const one = notifications[at % Math.max(1, notifications.length)];
          if (one) await ledger.replace({ ...one.notification, deferrals: number }, one.etag);
        }
        if (what !== 'page') continue;
        view.age(new Date(10_000 * number));
        const [from, to] = [keyTimeAfter(timeOf(at), 0), keyTimeAfter(timeOf(at + long), 0)];
        const covered = await view.cover(from, to);
        const { seen, notifications } = await ledger.readRange(from, to);
        // A transaction proves what was known of its own day, by that day's fence.
        const day = timeOf(at).slice(0, 10);
        const within = (key: string) => key.startsWith(day) && key >= from && key <= `${to}~~`;
        const knownKeys = [...covered.seen].filter(within).sort();
        const keysOf = (of: readonly StoredNotification[]) =>
          of
            .map(({ notification }) => notification.key)
            .filter(within)
            .sort();
        const rows = covered.notifications.between(from, `${to}~~`);
        const rowKeys = keysOf(rows);
        await view.renew(rows.map(({ notification }) => notification));
        const renewed = covered.notifications.between(from, `${to}~~`);
        // Some pages add to what is there, and of those some are too late for it.
        const updates = long % 3 === 0 ? [] : renewed.slice(0, 2).map(gained);
        const [first] = updates;
        if (first && long % 3 === 2) await ledger.replace(first.notification, first.etag);
        try {
          await view.record({ ...recordingAt(at, `own ${number}`), updates });
        } catch (error) {
          expect(error).toBeInstanceOf(LedgerConflict);
          continue;
        }
        expect(knownKeys).toEqual([...seen].filter(within).sort());
        expect(rowKeys).toEqual(keysOf(notifications));
        const byKey = (of: typeof renewed) =>
          of
            .filter(({ notification }) => within(notification.key))
            .map(
              ({ notification, etag }) => `${notification.key} ${notification.deferrals} ${etag}`,
            )
            .sort();
        expect(byKey(renewed)).toEqual(byKey([...notifications]));
      }
    }),
    { numRuns: 400 },
  );
});
