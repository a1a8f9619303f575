import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFinal, type Notification } from '../../functions/ledger/notification.ts';
import {
  claim,
  defer,
  dueAt,
  type Event,
  end,
  machine,
  settle,
  standing,
} from '../../functions/ledger/transitions.ts';

const start = Date.parse('2026-11-24T09:00:00.000Z');
const limits = { leaseSeconds: 300, maxAttempts: 5 };
const sender = 'security@contoso.example';

const pending: Notification = {
  day: '2026-11-24',
  key: 'key',
  state: 'pending',
  urgent: true,
  target: { id: 'x' },
  changes: [],
  sender,
  recordedAt: new Date(start).toISOString(),
  notBefore: new Date(start).toISOString(),
  attempts: 0,
  doubts: [],
  deferrals: 0,
  steps: [],
};

const retryMs = fc.integer({ min: 0, max: 900_000 });

/** Everything that code may try to do to a row, at any time. */
const tried = fc.oneof(
  fc.record({ event: fc.constant('claim' as const), looked: fc.boolean() }),
  fc.record({ event: fc.constantFrom('refused', 'unanswered', 'putOff'), retryMs }),
  fc.record({ event: fc.constantFrom('sent', 'undeliverable', 'failed', 'suppressed') }),
  fc.record({ event: fc.constant('pass'), retryMs }),
);
type Tried = Parameters<Parameters<typeof tried.map>[0]>[0];

function attempt(row: Notification, one: Tried, now: Date): Notification | undefined {
  const { event } = one;
  if ('looked' in one) {
    const result = claim(row, { sender, looked: one.looked }, now, limits);
    return 'row' in result ? result.row : undefined;
  }
  if (!('retryMs' in one)) {
    return end(row, event as Parameters<typeof end>[1], 'outcome', now);
  }
  const retryAt = new Date(now.getTime() + one.retryMs);
  if (event === 'putOff') return defer(row, retryAt, 'note', now);
  return settle(row, { kind: event as 'refused' | 'unanswered', retryAt, note: 'note' }, now);
}

test('whatever is tried, a row moves as the table says, is due or final, and keeps its bounds', () => {
  fc.assert(
    fc.property(fc.array(tried, { maxLength: 60 }), (story) => {
      let row = pending;
      let now = new Date(start);
      let unseen = 0;
      for (const one of story) {
        if (one.event === 'pass') {
          now = new Date(now.getTime() + (one as { retryMs: number }).retryMs);
          continue;
        }
        const from = standing(row, now);
        const due = dueAt(row);
        expect(due === undefined).toBe(isFinal(row.state));
        const ways = machine[from];
        const refused = one.event === 'refused';
        const asked = (refused ? ['refused', 'refusedInDoubt'] : [one.event]) as Event[];
        const named = asked.flatMap((event) => ways[event] ?? []);
        if (named.length === 0 && one.event !== 'claim') {
          expect(() => attempt(row, one, now)).toThrow('refuses');
          continue;
        }
        const next = attempt(row, one, now);
        if (!next) {
          expect(!due || due > now).toBe(true);
          continue;
        }
        if (next.state === 'sending') {
          unseen = (one as { looked: boolean }).looked ? 1 : unseen + 1;
          expect(due && due <= now).toBe(true);
          expect(next.attempts).toBe(row.attempts + 1);
        } else if (one.event !== 'claim') expect(named).toContain(next.state);
        if (refused) {
          unseen -= 1;
          expect(next.state).toBe(unseen > 0 ? 'unknown' : 'pending');
        }
        row = next;
        expect(row.doubts).toHaveLength(unseen);
        expect(unseen).toBeLessThanOrEqual(2);
        expect(row.attempts).toBeGreaterThanOrEqual(unseen);
        expect(row.attempts).toBeLessThanOrEqual(limits.maxAttempts);
        expect(row.leaseUntil !== undefined).toBe(row.state === 'sending');
        if (isFinal(row.state)) expect(row.outcome).toBeTruthy();
        else expect(dueAt(row)?.getTime()).toBeLessThanOrEqual(now.getTime() + 900_000);
        expect(row.steps.length).toBeLessThanOrEqual(20);
      }
    }),
    { numRuns: 2000 },
  );
});
