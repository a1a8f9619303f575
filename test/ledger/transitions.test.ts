import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFinal, type Notification } from '../../functions/ledger/notification.ts';
import { claim, defer, dueAt, type Outcome, settle } from '../../functions/ledger/transitions.ts';

const start = Date.parse('2026-11-24T09:00:00.000Z');
const limits = { leaseSeconds: 300, maxAttempts: 8 };

const pending: Notification = {
  day: '2026-11-24',
  key: 'key',
  state: 'pending',
  urgent: true,
  target: { id: 'x' },
  changes: [],
  sender: 'security@contoso.example',
  recordedAt: new Date(start).toISOString(),
  notBefore: new Date(start).toISOString(),
  attempts: 0,
  unknownOutcomes: 0,
  deferrals: 0,
  steps: [],
};

const at = (seconds: number) => new Date(start + seconds * 1000);

function held(row: Notification, now: Date): Notification {
  const result = claim(row, now, limits);
  if (result.kind !== 'held') throw new Error(result.kind);
  return result.row;
}

describe('a claim', () => {
  test('counts the attempt before the send, and sets a lease in seconds', () => {
    expect(held(pending, at(0))).toMatchObject({
      state: 'sending',
      attempts: 1,
      leaseUntil: at(300).toISOString(),
    });
  });

  test('is refused before its time, during a lease, and for ever on a final row', () => {
    expect(claim(pending, at(-1), limits)).toEqual({ kind: 'notYet', at: at(0) });
    const sending = held(pending, at(0));
    expect(claim(sending, at(299), limits)).toEqual({ kind: 'notYet', at: at(300) });
    const sent = settle(sending, { kind: 'sent', outcome: 'told' }, at(1));
    expect(claim(sent, at(9999), limits)).toEqual({ kind: 'final' });
    expect(sent.leaseUntil).toBeUndefined();
  });

  test('of a lapsed lease says that it may be a repeat', () => {
    const sending = held(pending, at(0));
    expect(claim(sending, at(300), limits)).toMatchObject({ kind: 'held', repeats: true });
    expect(claim(pending, at(0), limits)).toMatchObject({ kind: 'held', repeats: false });
  });
});

describe('a refusal', () => {
  test('takes the attempt back, so that throttling never uses attempts up', () => {
    const refused = { kind: 'refused', retryAt: at(60), note: '429' } as const;
    expect(settle(held(pending, at(0)), refused, at(1))).toMatchObject({
      state: 'pending',
      attempts: 0,
      notBefore: at(60).toISOString(),
    });
  });

  test('after a send of unknown outcome does not make that one known', () => {
    const unknown = { kind: 'unknown', retryAt: at(300), note: '504', looked: false } as const;
    const once = settle(held(pending, at(0)), unknown, at(1));
    const refused = { kind: 'refused', retryAt: at(400), note: '429' } as const;
    const twice = settle(held(once, at(300)), refused, at(301));
    expect(twice.state).toBe('unknown');
    expect(claim(twice, at(400), limits)).toMatchObject({ repeats: true });
  });
});

test('a row put off after a lapsed claim is due when it says, and stays a repeat', () => {
  const put = defer(held(pending, at(0)), at(900), 'directory down', at(301));
  expect(dueAt(put)).toEqual(at(900));
  expect(claim(put, at(900), limits)).toMatchObject({ kind: 'held', repeats: true });
});

const outcomes = fc.constantFrom<Outcome['kind'] | 'crash' | 'defer'>(
  'sent',
  'refused',
  'unknown',
  'undeliverable',
  'failed',
  'crash',
  'defer',
);

test('whatever happens, a row is final or due, sent once, and repeated within bounds', () => {
  fc.assert(
    fc.property(fc.array(outcomes, { maxLength: 40 }), (story) => {
      let row = pending;
      let now = at(0);
      let sends = 0;
      let unknowns = 0;
      let crashes = 0;
      for (const event of story) {
        const due = dueAt(row);
        expect(due === undefined).toBe(isFinal(row.state));
        if (!due) return;
        now = new Date(Math.max(now.getTime() + 1000, due.getTime()));
        if (event === 'defer') {
          row = defer(row, new Date(now.getTime() + 1000), 'later', now);
          continue;
        }
        const result = claim(row, now, limits);
        if (result.kind === 'exhausted') {
          expect(crashes + unknowns).toBeGreaterThanOrEqual(limits.maxAttempts);
          return;
        }
        if (result.kind !== 'held') throw new Error(result.kind);
        row = result.row;
        expect(row.attempts).toBe(1 + unknowns + crashes);
        expect(result.repeats).toBe(unknowns + crashes > 0);
        if (event === 'crash') {
          crashes += 1;
          continue;
        }
        if (event === 'unknown') unknowns += 1;
        if (event === 'sent') sends += 1;
        const retryAt = new Date(now.getTime() + 1000);
        row = settle(
          row,
          { kind: event, retryAt, note: 'n', outcome: 'o', looked: false } as Outcome,
          now,
        );
        expect(unknowns).toBeLessThanOrEqual(2);
        expect(row.steps.length).toBeLessThanOrEqual(20);
      }
      expect(sends).toBeLessThanOrEqual(1);
    }),
    { numRuns: 500 },
  );
});
