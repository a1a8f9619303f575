import { describe, expect, test } from 'vitest';
import { asInAzure } from '../../../local/host/rules.ts';
import { type Kill, playKill } from './killed.ts';

/** Seconds after the restart by which the last mail is out. */
const promised = 180;

// 200 mails over four mailboxes take a hundred seconds; the app dies in between.
const moments = [28, 41, 55, 68, 83, 96];

describe.each<Kill['who']>(['all', 'senders'])('a burst of 200, %s killed', (who) => {
  describe.each([0, 30, asInAzure.hold])('messages held for %i s', (hold) => {
    test.each([0, 62, 90])(
      'and no timer for %i s: all are told within three minutes, once',
      async (gap) => {
        for (const at of moments) {
          const after = await playKill({ who, hold, gap, at, seed: at + gap });
          expect(after, `killed after ${at} s`).toMatchObject({ missing: 0, repeated: 0 });
          expect(after.last, `killed after ${at} s`).toBeLessThanOrEqual(promised);
        }
      },
    );
  });
});

test('where Sent Items may not be read, at most what was in flight is repeated', async () => {
  for (const at of moments.slice(0, 3)) {
    const after = await playKill({ who: 'all', hold: 600, gap: 62, at, mayLook: false });
    expect(after.missing).toBe(0);
    expect(after.repeated).toBeLessThanOrEqual(12);
  }
});

test('with a lease as long as before, the last would wait for the hold', async () => {
  const slow = { CLAIM_LEASE_SECONDS: '600' };
  const after = await playKill({ who: 'all', hold: 600, gap: 62, at: 50, settings: slow });
  expect(after).toMatchObject({ missing: 0, repeated: 0 });
  expect(after.last).toBeGreaterThan(promised);
});
