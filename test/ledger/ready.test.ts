import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SeenAudit } from '../../functions/ledger/entity.ts';
import { auditRef, notificationRef } from '../../functions/ledger/keys.ts';
import { Ledger, LedgerConflict } from '../../functions/ledger/ledger.ts';
import { MemoryStore } from '../../functions/ledger/memoryStore.ts';
import type { Notification } from '../../functions/ledger/notification.ts';
import type { Recording } from '../../functions/ledger/recording.ts';
import type { LedgerStore } from '../../functions/ledger/store.ts';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import { freshStore } from '../fixtures/freshTable.ts';
import { newRow } from '../lab/machine/newRow.ts';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

const time = (second: number) => `2026-11-24T09:00:${String(second).padStart(2, '0')}Z`;

const audit = (second: number, of: Notification): SeenAudit => ({
  ...auditRef(time(second), `${second}`),
  auditId: `${second}`,
  activity: 'User registered security info',
  service: 'Authentication Methods',
  verdict: 'change',
  why: 'catalogue',
  notification: { day: of.day, key: of.key },
});

/** What takes two transactions. */
function recordingOf(second: number): Recording {
  const inserts = Array.from({ length: 60 }, (_, index) => ({
    ...newRow(index, new Date(time(second))),
    ...notificationRef(time(second), `${second} ${index}`),
  }));
  const audits = inserts.map((one, index) => ({
    ...audit(second, one),
    ...auditRef(time(second), `a ${second} ${index}`),
  }));
  return { inserts, audits, updates: [] };
}

const none = new Map<string, string>();

describe.each<[string, () => LedgerStore]>([
  ['Table storage', () => freshStore(azurite)],
  ['memory', () => new MemoryStore()],
])('a recording that was made ready, in %s', (_, open) => {
  let ledger: Ledger;
  let fences: ReadonlyMap<string, string>;
  beforeEach(async () => {
    ledger = new Ledger(open());
    ({ fences } = await ledger.record(recordingOf(1), none));
  });

  const keys = async () => {
    const { seen, notifications } = await ledger.readRange(time(0), time(59));
    return [...seen, ...notifications.map(({ notification }) => notification.key)].sort();
  };
  const keysOf = (...recordings: Recording[]) =>
    recordings
      .flatMap(({ inserts, audits }) => [...inserts, ...audits].map(({ key }) => key))
      .sort();

  test('is written when it is recorded, and not before', async () => {
    const ready = ledger.makeReady(recordingOf(2));
    expect(await keys()).toEqual(keysOf(recordingOf(1)));
    const written = await ledger.record(ready, fences);
    expect(await keys()).toEqual(keysOf(recordingOf(1), recordingOf(2)));
    const { notifications, fences: after } = await ledger.readRange(time(0), time(59));
    expect(written.fences).toEqual(after);
    for (const { notification, etag } of notifications) {
      if (notification.key > time(2)) expect(written.etags.get(notification.key)).toBe(etag);
    }
  });

  test('is refused where anybody has recorded since, and nothing of it is there', async () => {
    const ready = ledger.makeReady(recordingOf(2));
    await ledger.record(recordingOf(3), fences);
    await expect(ledger.record(ready, fences)).rejects.toBeInstanceOf(LedgerConflict);
    expect(await keys()).toEqual(keysOf(recordingOf(1), recordingOf(3)));
  });

  test('and dropped is never written, and what follows is', async () => {
    ledger.makeReady(recordingOf(2)).ready?.drop();
    await ledger.record(recordingOf(3), fences);
    expect(await keys()).toEqual(keysOf(recordingOf(1), recordingOf(3)));
  });

  test('is written anew where its day has no fence yet', async () => {
    ledger = new Ledger(open());
    await ledger.record(ledger.makeReady(recordingOf(2)), none);
    expect(await keys()).toEqual(keysOf(recordingOf(2)));
  });
});

test('a recording that changes rows is not made ready: they may be under way', () => {
  const { inserts, audits } = recordingOf(1);
  const updates = inserts.map((notification) => ({ notification, etag: '' }));
  const recording = { inserts: [], audits, updates };
  expect(new Ledger(new MemoryStore()).makeReady(recording)).toBe(recording);
});
