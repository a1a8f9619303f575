import { describe, expect, test } from 'vitest';
import { notificationEntity, storedNotification } from '../../functions/ledger/entity.ts';
import { isFinal, type Notification, untried } from '../../functions/ledger/notification.ts';
import {
  claim,
  end,
  machine,
  reopen,
  settle,
  standing,
} from '../../functions/ledger/transitions.ts';

const start = Date.parse('2026-11-24T09:00:00.000Z');
const limits = { leaseSeconds: 300 };

const pending: Notification = {
  day: '2026-11-24',
  key: 'key',
  ...untried(new Date(start)),
  urgent: true,
  target: { id: 'x' },
  changes: [],
  sender: 'security@contoso.example',
};

const at = (seconds: number) => new Date(start + seconds * 1000);

const attempt = (row: Notification, now: Date, looked = false) =>
  claim(row, { sender: 'security@contoso.example', looked }, now, limits);

function held(row: Notification, now: Date, looked = false): Notification {
  const result = attempt(row, now, looked);
  if (result.kind !== 'held') throw new Error(result.kind);
  return result.row;
}

const refused = {
  kind: 'refused',
  retryAt: at(60),
  cause: { reason: 'notAccepted', answer: '429' },
} as const;
const unanswered = {
  kind: 'unanswered',
  retryAt: at(300),
  cause: { reason: 'unanswered', answer: '504' },
} as const;

test('only an operator leads out of a final state where nobody was told, only a mail that came back out of sent, and something out of every other', () => {
  for (const [from, ways] of Object.entries(machine)) {
    const final = from !== 'held' && from !== 'lapsed' && isFinal(from as Notification['state']);
    const givenUp = from === 'failed' || from === 'undeliverable';
    const out = givenUp ? ['reopen'] : from === 'sent' ? ['undeliverable'] : [];
    if (final) expect(Object.keys(ways), from).toEqual(out);
    else expect(ways, from).toHaveProperty('sent');
  }
});

describe('a claim', () => {
  test('counts the attempt and the doubt before the send, and sets a lease in seconds', () => {
    expect(held(pending, at(0))).toMatchObject({
      state: 'sending',
      attempts: 1,
      doubts: ['security@contoso.example'],
      leaseUntil: at(300).toISOString(),
    });
  });

  test('is refused before its time, during a lease, and for ever on a final row', () => {
    expect(attempt(pending, at(-1))).toEqual({ kind: 'notYet', at: at(0) });
    const sending = held(pending, at(0));
    expect([299, 300].map((second) => standing(sending, at(second)))).toEqual(['held', 'lapsed']);
    expect(attempt(sending, at(299))).toEqual({ kind: 'notYet', at: at(300) });
    const sent = settle(
      sending,
      { kind: 'ended', ending: { state: 'sent', reason: 'userTold' } },
      at(1),
    );
    expect(attempt(sent, at(9999))).toEqual({ kind: 'final' });
    expect(sent.leaseUntil).toBeUndefined();
    expect(() => settle(sent, unanswered, at(2))).toThrow('refuses unanswered');
  });
});

describe('without a look, a send of unknown outcome is repeated once', () => {
  test('be it unanswered or lapsed', () => {
    const answers = [unanswered, undefined];
    for (const [first, second] of answers.flatMap((one) => answers.map((two) => [one, two]))) {
      let row = held(pending, at(0));
      if (first) row = settle(row, first, at(1));
      row = held(row, at(300));
      if (second) row = settle(row, second, at(301));
      expect(attempt(row, at(600))).toMatchObject({
        kind: 'exhausted',
        row: { state: 'failed', attempts: 2 },
      });
    }
  });

  test('and without end where Sent Items shows that none got through', () => {
    let row = pending;
    for (let count = 0; count < 200; count += 1) {
      row = held(row, at(count * 300), true);
      expect(row.doubts).toHaveLength(1);
    }
  });
});

describe('a refusal', () => {
  test('takes the attempt back, so that throttling never uses attempts up', () => {
    expect(settle(held(pending, at(0)), refused, at(1))).toMatchObject({
      state: 'pending',
      attempts: 0,
      doubts: [],
      notBefore: at(60).toISOString(),
    });
  });

  test('of the repeat leaves the mail owed, and the first send in doubt', () => {
    const lapsed = held(pending, at(0));
    const row = settle(held(lapsed, at(300)), refused, at(301));
    expect(row).toMatchObject({ state: 'unknown', attempts: 1 });
    expect(row.doubts).toHaveLength(1);
    expect(attempt(row, at(400))).toMatchObject({ kind: 'held' });
  });

  test('that has been seen on mails that went out is remembered until somebody has looked', () => {
    const suspect = { ...refused, suspect: true } as const;
    let row = settle(held(pending, at(0)), suspect, at(1));
    expect(row).toMatchObject({ state: 'pending', attempts: 0, doubts: [] });
    expect(row.suspects).toHaveLength(1);
    row = settle(held(row, at(60)), { ...suspect, retryAt: at(120) }, at(61));
    expect(row.suspects).toHaveLength(2);
    const stored = { ...notificationEntity(row), etag: 'W/"1"', bulk: false };
    expect(storedNotification(stored).notification).toMatchObject({ suspects: row.suspects });
    expect(held(row, at(120), true).suspects).toBeUndefined();
    expect(
      end(row, { state: 'sent', reason: 'userTold', foundInSentItems: true }, at(120)).state,
    ).toBe('sent');
  });
});

describe('an operator who begins anew', () => {
  const failed = end(
    { ...pending, state: 'unknown', attempts: 8, deferrals: 30, doubts: ['a', 'b', 'a'] },
    { state: 'failed', reason: 'attemptsUsedUp' },
    at(600),
  );

  test('gives back every attempt, and has Sent Items looked into for what was in doubt', () => {
    const row = reopen({ ...failed, suspects: ['c', 'a'] }, at(9000));
    expect(row).toMatchObject({
      state: 'pending',
      attempts: 0,
      deferrals: 0,
      doubts: [],
      suspects: ['c', 'a', 'b'],
      notBefore: at(9000).toISOString(),
      reopenedAt: at(9000).toISOString(),
    });
    expect(row).not.toHaveProperty('outcome');
    expect(row).not.toHaveProperty('endedAt');
    expect(row.steps.slice(-2)).toMatchObject([
      { state: 'failed', cause: { reason: 'attemptsUsedUp' } },
      { state: 'pending', cause: { reason: 'requeued' } },
    ]);
    // Where nobody may look, it is sent, and repeated once at most, as ever.
    const again = held(held(row, at(9000)), at(9300));
    expect(attempt(again, at(9600))).toMatchObject({ kind: 'exhausted' });
    const stored = { ...notificationEntity(row), etag: 'W/"1"', bulk: false };
    expect(storedNotification(stored).notification).toMatchObject({ reopenedAt: row.reopenedAt });
  });

  test('leaves nothing to look into where nothing was in doubt', () => {
    expect(reopen({ ...failed, doubts: [] }, at(9000)).suspects).toBeUndefined();
  });

  test('is refused where somebody was told, or a setting says not to, or it is not over', () => {
    for (const state of ['sent', 'suppressed', 'pending', 'unknown'] as const) {
      expect(() => reopen({ ...failed, state }, at(9000))).toThrow('refuses reopen');
    }
  });
});
