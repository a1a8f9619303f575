import { expect, test } from 'vitest';
import { asInAzure } from '../../../local/host/rules.ts';
import { type Kill, playKill } from './killed.ts';

/** Seconds after the restart by which the last mail is out. */
const promised = 180;

// 200 mails over four mailboxes take ninety seconds; the app dies in between.
const moments = [26, 38, 50, 62, 74, 86];

const holds = [0, 30, asInAzure.hold];
const gaps = [0, 62, 90];
/** Each hold with each gap, and each moment with some of them. */
const kills = (['all', 'senders'] as const).flatMap((who, first) =>
  holds.flatMap((hold, second) =>
    gaps.map((gap, third): Kill => {
      const at = moments[(first + 2 * second + 3 * third) % moments.length] ?? 0;
      return { who, hold, gap, at, seed: 1 + third, atClaim: (first + second + third) % 2 === 0 };
    }),
  ),
);

test.each(kills)(
  'a burst of 200, $who killed after $at s, held for $hold s, no timer for $gap s: told within three minutes, once',
  async (kill) => {
    const after = await playKill(kill);
    expect(after).toMatchObject({ missing: 0, repeated: 0 });
    expect(after.before).toBeLessThan(200);
    expect(after.last).toBeLessThanOrEqual(promised);
  },
  120_000,
);

test('where Sent Items may not be read, at most what was in flight is repeated', async () => {
  for (const at of moments.slice(0, 2)) {
    const after = await playKill({ who: 'all', hold: 600, gap: 62, at, mayLook: false });
    expect(after.missing).toBe(0);
    expect(after.repeated).toBeLessThanOrEqual(12);
  }
});

test('with a claim that outlasts everything else, the last waits for it', async () => {
  const settings = { CLAIM_LEASE_SECONDS: '600' };
  const last: number[] = [];
  for (const at of moments.slice(0, 2)) {
    const after = await playKill({ who: 'all', hold: 600, gap: 62, at, atClaim: true, settings });
    expect(after).toMatchObject({ missing: 0, repeated: 0 });
    last.push(after.last);
  }
  expect(Math.max(...last)).toBeGreaterThan(promised);
});
