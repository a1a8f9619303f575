import { describe, expect, test } from 'vitest';
import { GraphFailure } from '../../functions/graph/failure.ts';
import { judgeSend } from '../../functions/send/outcome.ts';

const now = new Date('2026-11-24T09:00:00Z');
const unknownMs = 90_000;
const inMs = (ms: number) => new Date(now.getTime() + ms);
const minute = 60_000;

type Facts = ConstructorParameters<typeof GraphFailure>[1];
const judged = (kind: GraphFailure['kind'], facts: Facts = {}) =>
  judgeSend(new GraphFailure(kind, facts), now, unknownMs);

describe('a mailbox that Exchange lets send no more', () => {
  test.each(['ErrorExceededMessageLimit', 'ErrorMessageSubmissionBlocked', 'ErrorQuotaExceeded'])(
    'is left alone for an hour where no time is named, and does not count as too fast: %s',
    (code) => {
      expect(judged('throttled', { status: 429, code })).toMatchObject({
        pauseUntil: inMs(60 * minute),
        configuration: true,
        throttled: false,
        outcome: { kind: 'refused', retryAt: inMs(60 * minute) },
      });
    },
  );

  test('is not asked again at once, however short the time that it names', () => {
    const facts = { status: 429, code: 'ErrorExceededMessageLimit', retryAfterMs: 1000 };
    const verdict = judged('throttled', facts);
    expect(verdict).toMatchObject({ configuration: true, pauseUntil: inMs(1000) });
    expect(verdict.busyMs).toBe(undefined);
  });
});

test.each([507, 500, 503])(
  'a full mailbox is left alone whatever its status, and no send is in doubt: %i',
  (status) => {
    const full = judged('unknownOutcome', { status, code: 'ErrorQuotaExceeded' });
    expect(full).toMatchObject({
      configuration: true,
      pauseUntil: inMs(2 * minute),
      outcome: { kind: 'refused', suspect: true },
    });
    const other = judged('unknownOutcome', { status, code: 'ErrorInternalServerError' });
    expect(other.outcome).toMatchObject({ kind: 'unanswered', retryAt: inMs(unknownMs) });
  },
);

describe('a refusal', () => {
  test('by 503 may have got through all the same, and says nothing of the rate; one by 429 has not', () => {
    const busy = judged('throttled', { status: 503, retryAfterMs: 20_000 });
    expect(busy).toMatchObject({ throttled: false, outcome: { suspect: true } });
    const throttled = judged('throttled', { status: 429, retryAfterMs: 20_000 });
    expect(throttled).toMatchObject({ throttled: true, pauseUntil: inMs(20_000) });
    expect(throttled.outcome).not.toHaveProperty('suspect');
  });

  test('for want of a token pauses no mailbox, one for want of a network this process’s alone', () => {
    expect(judged('token', { status: 401 }).pauseUntil).toBe(undefined);
    const unreachable = judged('unreachable');
    expect(unreachable.pauseUntil).toEqual(inMs(minute));
    expect(unreachable.configuration ?? unreachable.throttled).toBe(undefined);
  });
});
