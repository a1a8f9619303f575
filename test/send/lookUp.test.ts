import { expect, test } from 'vitest';
import { GraphFailure } from '../../functions/graph/failure.ts';
import { type LookUpRoom, lookUp } from '../../functions/send/lookUp.ts';
import { newRow } from '../lab/machine/newRow.ts';

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
