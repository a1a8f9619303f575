import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFinal, type Notification, untried } from '../../functions/ledger/notification.ts';
import type { Ending } from '../../functions/ledger/reason.ts';
import {
  claim,
  defer,
  dueAt,
  type Event,
  end,
  machine,
  reopen,
  settle,
  standing,
} from '../../functions/ledger/transitions.ts';

const start = Date.parse('2026-11-24T09:00:00.000Z');
const limits = { leaseSeconds: 300 };
const sender = 'security@contoso.example';

const pending: Notification = {
  day: '2026-11-24',
  key: 'key',
  ...untried(new Date(start)),
  urgent: true,
  target: { id: 'x' },
  changes: [],
  sender,
};

/** Something that code may try to do to a row, at any time; or time passes. */
type Tried =
  | { readonly event: 'claim'; readonly looked: boolean }
  | { readonly event: 'refused' | 'unanswered' | 'putOff' | 'pass'; readonly ms: number }
  | { readonly event: 'sent' | 'undeliverable' | 'failed' | 'suppressed' | 'reopen' };

const longestMs = 900_000;
const tried: fc.Arbitrary<Tried> = fc.oneof(
  fc.record({ event: fc.constant('claim' as const), looked: fc.boolean() }),
  fc.record({
    event: fc.constantFrom('refused', 'unanswered', 'putOff', 'pass'),
    ms: fc.nat({ max: longestMs }),
  }),
  fc.record({ event: fc.constantFrom('sent', 'undeliverable', 'failed', 'suppressed', 'reopen') }),
);

const endings = {
  sent: { state: 'sent', reason: 'userTold' },
  undeliverable: { state: 'undeliverable', reason: 'noRecipient' },
  failed: { state: 'failed', reason: 'expired' },
  suppressed: { state: 'suppressed', reason: 'guest' },
} as const satisfies Readonly<Record<string, Ending>>;

/** The row after it, or undefined where it could not be claimed. */
function attempt(row: Notification, one: Tried, now: Date): Notification | undefined {
  if ('looked' in one) {
    const result = claim(row, { sender, looked: one.looked }, now, limits);
    return 'row' in result ? result.row : undefined;
  }
  if (one.event === 'reopen') return reopen(row, now);
  if (!('ms' in one)) return end(row, endings[one.event], now);
  const retryAt = new Date(now.getTime() + one.ms);
  if (one.event === 'refused' || one.event === 'unanswered') {
    return settle(
      row,
      { kind: one.event, retryAt, cause: { reason: 'notAccepted', answer: '429' } },
      now,
    );
  }
  return defer(row, retryAt, { reason: 'lookingAgain' }, now);
}

test('whatever is tried, a row moves as the table says, is due or final, and keeps its bounds', () => {
  fc.assert(
    fc.property(fc.array(tried, { maxLength: 60 }), (story) => {
      let row = pending;
      let now = new Date(start);
      let unseen = 0;
      for (const one of story) {
        if (one.event === 'pass') {
          now = new Date(now.getTime() + one.ms);
          continue;
        }
        const due = dueAt(row);
        const ways = machine[standing(row, now)];
        const events: readonly Event[] =
          one.event === 'refused' ? ['refused', 'refusedInDoubt'] : [one.event];
        const named = events.flatMap((event) => ways[event] ?? []);
        if (one.event !== 'claim' && named.length === 0) {
          expect(() => attempt(row, one, now)).toThrow('refuses');
          continue;
        }
        const next = attempt(row, one, now);
        if (!next) {
          expect(!due || due > now).toBe(true);
          continue;
        }
        if (one.event === 'claim') expect(due && due <= now).toBe(true);
        if (one.event === 'claim' && next.state === 'sending') {
          unseen = one.looked ? 1 : unseen + 1;
          expect(next.attempts).toBe(row.attempts + 1);
        } else expect([...named, 'failed']).toContain(next.state);
        if (one.event === 'reopen') unseen = 0;
        if (one.event === 'refused') {
          unseen -= 1;
          expect(next.state).toBe(unseen > 0 ? 'unknown' : 'pending');
        }
        row = next;
        expect(row.doubts).toHaveLength(unseen);
        expect(unseen).toBeLessThanOrEqual(2);
        expect(row.attempts).toBeGreaterThanOrEqual(unseen);
        expect(row.leaseUntil !== undefined).toBe(row.state === 'sending');
        expect(dueAt(row) === undefined).toBe(isFinal(row.state));
        expect(Boolean(row.endedAt)).toBe(isFinal(row.state));
        if (isFinal(row.state)) expect(row.outcome?.reason).toBeTruthy();
        else expect(dueAt(row)?.getTime()).toBeLessThanOrEqual(now.getTime() + longestMs);
        expect(row.steps.length).toBeLessThanOrEqual(20);
      }
    }),
    { numRuns: 2000 },
  );
});
