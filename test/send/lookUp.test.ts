import { expect, test } from 'vitest';
import { GraphFailure } from '../../functions/graph/failure.ts';
import type { Notification } from '../../functions/ledger/notification.ts';
import type { Made } from '../../functions/people/methodFinder.ts';
import { type LookUpRoom, lookUp } from '../../functions/send/lookUp.ts';
import { newRow } from '../lab/machine/newRow.ts';
import { change } from '../mail/cases.ts';

const now = new Date('2026-11-24T09:00:00Z');

test.each([
  [600_000, 600_000],
  [24 * 3_600_000, 3_600_000],
  [undefined, 15_000],
])(
  'a mail waits for the directory as long as Graph asks, an hour at most: %s ms',
  async (retryAfterMs, ms) => {
    const find = async () => {
      throw new GraphFailure('throttled', { status: 429, retryAfterMs });
    };
    const room = { people: { find }, now: () => now, log: () => {} } as unknown as LookUpRoom;
    expect(await lookUp(newRow(1, now), room)).toMatchObject({ kind: 'putOff', ms });
  },
);

const iso = (ms: number) => new Date(now.getTime() + ms).toISOString();

/** A room in which Adele has these methods, beside other notifications. */
function roomOf(made: readonly Made[], others: readonly Partial<Notification>[] = []) {
  const notifications = others.map((more, index) => ({
    etag: '',
    notification: { ...newRow(index + 1, now), ...more },
  }));
  let looks = 0;
  const room = {
    ledger: { readRange: async () => ({ notifications }) },
    people: { find: async () => ({ id: 'u1', userPrincipalName: 'adelev@contoso.com' }) },
    methods: {
      mayLook: () => true,
      madeBy: async () => {
        looks += 1;
        return made;
      },
    },
    passkeys: { complete: async (told: unknown) => told },
    now: () => now,
    log: () => {},
  } as unknown as LookUpRoom;
  return { room, looks: () => looks };
}

const held = (ms: number) => change({ time: iso(ms), method: 'unknown', held: true });

test('what a held change may be is explained by other changes of the person, and by no others', async () => {
  const row = { ...newRow(0, now), changes: [held(0)] };
  const phone: Made = { method: 'phone', time: iso(0) };
  const unconfirmed = { ending: { reason: 'unconfirmed' } };
  expect(await lookUp(row, roomOf([phone], [{}]).room)).toMatchObject(unconfirmed);
  const others = [
    { changes: [change({ target: { id: 'u9' } }), change({ held: true })] },
    { test: true },
    { summary: { users: 60, from: '', to: '' } },
  ];
  const confirmed = { changes: [{ method: 'phone', confirmed: true }] };
  expect(await lookUp(row, roomOf([phone], others).room)).toMatchObject(confirmed);
});

test('each method that a person has confirms one held change, and one look does for all', async () => {
  const row = { ...newRow(0, now), changes: [held(0), held(1000), held(2000)] };
  const { room, looks } = roomOf([
    { method: 'passkey', time: iso(0) },
    { method: 'phone', time: iso(2000) },
  ]);
  const found = await lookUp(row, room);
  expect(found).toMatchObject({ kind: 'known' });
  const told = found.kind === 'known' ? found.row.changes : [];
  expect(told.map(({ method }) => method)).toEqual(['passkey', 'phone']);
  expect(looks()).toBe(1);
});
