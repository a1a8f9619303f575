import fc from 'fast-check';
import { expect, test } from 'vitest';
import { start } from '../../functions/intake/draft.ts';
import { auditRef, keyTimeAfter, notificationRef } from '../../functions/ledger/keys.ts';
import { Ledger, LedgerConflict } from '../../functions/ledger/ledger.ts';
import { LedgerView } from '../../functions/ledger/ledgerView.ts';
import { MemoryStore } from '../../functions/ledger/memoryStore.ts';
import type { StoredNotification } from '../../functions/ledger/notification.ts';
import { NotificationsByTime } from '../../functions/ledger/notificationsByTime.ts';
import type { Recording } from '../../functions/ledger/recording.ts';
import {
  type NextReplacement,
  StorageFailure,
  type StoredRow,
  type StoreKeys,
  settled,
  type Write,
} from '../../functions/ledger/store.ts';
import { change } from '../mail/cases.ts';

const begin = Date.parse('2026-11-23T23:00:00Z');
const now = new Date('2026-11-24T12:00:00Z');
const timeOf = (minute: number) => new Date(begin + minute * 60_000).toISOString();
const dayAt = (minute: number) => timeOf(minute).slice(0, 10);

/** What becomes of a transaction: in `lost` and `unanswered` it is written, and nobody learns of it. */
type Fate = 'done' | 'refused' | 'lost' | 'busy' | 'unanswered';

/** Its transactions meet their fates, in the order in which they are begun; and rows may be past reading. */
class Fated extends MemoryStore {
  fates: Fate[] = [];
  isDown = false;
  /** What a transaction threw first. */
  failure: unknown;

  override async get(keys: StoreKeys): Promise<StoredRow | undefined> {
    if (this.isDown) throw new StorageFailure('busy', { status: 503 });
    return super.get(keys);
  }

  override async transact(writes: readonly (Write | NextReplacement)[]): Promise<string[]> {
    const fate = this.fates.shift() ?? 'done';
    // One that was made ready and is not recorded ends here.
    const all = await settled(writes);
    try {
      if (fate === 'refused') throw new LedgerConflict('another writer was first');
      if (fate === 'busy') throw new StorageFailure('busy', { status: 503 });
      const etags = await super.transact(all);
      if (fate === 'lost') throw new LedgerConflict('the repeated request met its own rows');
      if (fate === 'unanswered') throw new StorageFailure('no answer');
      return etags;
    } catch (error) {
      this.failure ??= error;
      throw error;
    }
  }
}

/** Rows and the notifications that they start, so many in each of these minutes. */
function recordingAt(minutes: readonly number[], count: number, name: string): Recording {
  const all = minutes.flatMap((minute) =>
    Array.from({ length: count }, (_, at) => {
      const [time, id] = [timeOf(minute), `${name} ${minute} ${at}`];
      const told = change({ auditId: id, time });
      const insert = { ...start(told, undefined, now, now), ...notificationRef(time, id) };
      const { day, key } = insert;
      const seen = { ...auditRef(time, id), auditId: id, activity: '', service: '', why: '' };
      return { insert, audit: { ...seen, verdict: 'change', notification: { day, key } } as const };
    }),
  );
  return {
    inserts: all.map(({ insert }) => insert),
    updates: [],
    audits: all.map(({ audit }) => audit),
    near: minutes.map(dayAt),
  };
}

const gained = ({ notification, etag }: StoredNotification): StoredNotification => ({
  notification: { ...notification, deferrals: notification.deferrals + 1 },
  etag,
});

const step = fc.record({
  /** Who comes first: another recorder, or a mail that leaves. */
  before: fc.constantFrom('nobody', 'nobody', 'other', 'mail', 'mail', 'mail'),
  /** Before midnight, around it, and seldom hours before that. */
  at: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 40, max: 50 }) },
    { weight: 4, arbitrary: fc.integer({ min: 40, max: 70 }) },
    { weight: 1, arbitrary: fc.integer({ min: -240, max: -200 }) },
  ),
  long: fc.constantFrom(0, 5, 5, 30),
  /** More of them than one transaction takes, or two. */
  count: fc.constantFrom(0, 1, 1, 60, 110),
  updates: fc.integer({ min: 1, max: 3 }),
  ready: fc.boolean(),
  fates: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    {
      weight: 2,
      arbitrary: fc.array(
        fc.constantFrom<Fate>('done', 'done', 'done', 'refused', 'lost', 'busy', 'unanswered'),
        { minLength: 1, maxLength: 3 },
      ),
    },
  ),
  isDown: fc.integer({ min: 0, max: 5 }).map((one) => one === 0),
});

const sorted = (keys: Iterable<string>) => [...keys].sort();

test('whatever becomes of a recording, it knows what the ledger has on each day whose fence it has', async () => {
  const counts = { kept: 0, keptInPart: 0, begunAnew: 0 };
  const property = fc.asyncProperty(
    fc.array(step, { minLength: 3, maxLength: 15 }),
    async (steps) => {
      const store = new Fated();
      const ledger = new Ledger(store);
      const view = new LedgerView(ledger);
      const read = new NotificationsByTime();
      const everything = async () => {
        const table = await ledger.readRange('2026-11-23', '2026-11-25', (key) => read.get(key));
        for (const one of table.notifications) read.set(one);
        return table;
      };
      for (const [number, { before, at, long, count, updates, ...one }] of steps.entries()) {
        view.age(new Date(10_000 * number));
        const span = [keyTimeAfter(timeOf(at - 5), 0), keyTimeAfter(timeOf(at + long), 0)] as const;
        const [from, to] = span;
        const covered = await view.cover(from, to);
        const known = covered.notifications.between(from, `${to}~~`);
        await view.renew(known.map(({ notification }) => notification));
        const gaining = covered.notifications
          .between(from, `${to}~~`)
          .slice(0, updates)
          .map(gained);
        if (before === 'other')
          await ledger.record(recordingAt([at], 1, `other ${number}`), (await everything()).fences);
        const [moving] = gaining;
        if (before === 'mail' && moving)
          await ledger.replace({ ...moving.notification, state: 'sending' }, moving.etag);
        const days = [...new Set([at, at + long])];
        const recording = { ...recordingAt(days, count, `own ${number}`), updates: gaining };
        const fenceBefore = (await everything()).fences.get(dayAt(at));
        const ready = one.ready ? ledger.makeReady(recording) : recording;
        // What was made ready has begun.
        store.fates = ready === recording ? [...one.fates] : [];
        store.isDown = one.isDown;
        store.failure = undefined;
        let failure: unknown;
        await view.record(ready).catch((error: unknown) => {
          failure = error;
        });
        store.fates = [];
        store.isDown = false;
        const table = await everything();
        const isConflict = (error: unknown) => error instanceof LedgerConflict;
        expect(isConflict(failure)).toBe(isConflict(store.failure));
        const after = view.known(...span);
        if (failure !== undefined && !after) counts.begunAnew += 1;
        if (!after) continue;
        if (failure !== undefined) {
          counts.kept += 1;
          if (table.fences.get(dayAt(at)) !== fenceBefore) counts.keptInPart += 1;
          // Nobody else had recorded there.
          for (const day of days.map(dayAt))
            expect(after.fences.get(day)).toBe(table.fences.get(day));
        }
        for (const day of new Set([dayAt(at - 5), dayAt(at + long)])) {
          if (after.fences.get(day) !== table.fences.get(day)) continue;
          const within = (key: string) => key.startsWith(day) && key >= from && key <= `${to}~~`;
          expect(sorted(after.seen).filter(within)).toEqual(sorted(table.seen).filter(within));
          const keysOf = (rows: readonly StoredNotification[]) =>
            sorted(rows.map(({ notification: { key } }) => key)).filter(within);
          const own = after.notifications.between(from, `${to}~~`);
          expect(keysOf(own)).toEqual(keysOf(table.notifications));
          const wrong = table.notifications.filter(({ notification, etag }) => {
            const { key, deferrals } = notification;
            const known = after.notifications.get(key);
            // One that moved is read before it gains anything.
            if (known?.etag !== etag) return within(key) && key !== moving?.notification.key;
            return known.notification.deferrals !== deferrals;
          });
          expect(keysOf(wrong)).toEqual([]);
        }
        const isRead = ({ notification }: StoredNotification) => !view.isOld([notification]);
        if (failure !== undefined) expect(gaining.filter(isRead)).toEqual([]);
      }
    },
  );
  await fc.assert(property, { numRuns: 40 });
  expect(Math.min(counts.kept, counts.begunAnew)).toBeGreaterThan(10);
  expect(counts.keptInPart).toBeGreaterThan(0);
});
