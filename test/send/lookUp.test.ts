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

/** What a look explains a held change of Adele's by, beside these other notifications. */
async function explainedBy(...others: readonly Partial<Notification>[]): Promise<Made[]> {
  let seen: readonly Made[] = [];
  const held = change({ time: now.toISOString(), method: 'unknown', held: true });
  const row = { ...newRow(0, now), changes: [held] };
  const notifications = others.map((more, index) => ({
    etag: '',
    notification: { ...newRow(index + 1, now), ...more },
  }));
  const room = {
    ledger: { readRange: async () => ({ notifications }) },
    people: { find: async () => ({ id: 'u1', userPrincipalName: 'adelev@contoso.com' }) },
    methods: {
      mayLook: () => true,
      madeNear: async (_id: string, _time: string, made: readonly Made[]) => {
        seen = [...made];
        return undefined;
      },
    },
    now: () => now,
    log: () => {},
  } as unknown as LookUpRoom;
  expect(await lookUp(row, room)).toMatchObject({ ending: { reason: 'unconfirmed' } });
  return [...seen];
}

test('what a held change may be is explained by other changes of the person, and by no others', async () => {
  const phone = { method: 'phone', time: now.toISOString() };
  expect(await explainedBy({})).toEqual([phone]);
  const ofAnother = change({ target: { id: 'u9' } });
  const heldToo = change({ held: true });
  expect(
    await explainedBy(
      { changes: [ofAnother, heldToo] },
      { test: true },
      { summary: { users: 60, from: '', to: '' } },
    ),
  ).toEqual([]);
});

test('each method that a person has confirms one held change', async () => {
  const times = [0, 1000].map((ms) => new Date(now.getTime() + ms).toISOString());
  const changes = times.map((time) => change({ time, method: 'unknown', held: true }));
  const known: number[] = [];
  const room = {
    ledger: { readRange: async () => ({ notifications: [] }) },
    people: { find: async () => ({ id: 'u1' }) },
    methods: {
      mayLook: () => true,
      madeNear: async (_id: string, _time: string, made: readonly Made[]) => {
        known.push(made.length);
        return made.length === 0 ? 'passkey' : undefined;
      },
    },
    passkeys: { complete: async (told: unknown) => told },
    now: () => now,
    log: () => {},
  } as unknown as LookUpRoom;
  const found = await lookUp({ ...newRow(0, now), changes }, room);
  expect(known).toEqual([0, 1]);
  expect(found).toMatchObject({ row: { changes: [{ method: 'passkey', time: times[0] }] } });
});
