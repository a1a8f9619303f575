import { describe, expect, test } from 'vitest';
import { notificationEntity, storedNotification } from '../../functions/ledger/entity.ts';
import type { Notification } from '../../functions/ledger/notification.ts';
import { type Cause, endReasons, type Reason, waitReasons } from '../../functions/ledger/reason.ts';
import { sentence } from '../../functions/ledger/sentence.ts';
import { causeInWords } from '../../functions/ledger/storedReason.ts';

const time = '2026-11-24T09:00:00.000Z';
const row: Notification = {
  day: '2026-11-24',
  key: `${time}~n~0`,
  state: 'suppressed',
  urgent: false,
  target: { id: 'x' },
  changes: [],
  sender: '',
  recordedAt: time,
  notBefore: time,
  attempts: 0,
  doubts: [],
  deferrals: 0,
  outcome: { reason: 'notInPilot' },
  endedAt: time,
  steps: [{ at: time, state: 'suppressed', cause: { reason: 'notInPilot' } }],
};

const stored = (more: object = {}, without: readonly string[] = []) => {
  const entity = { ...notificationEntity(row), etag: 'W/"1"', ...more };
  for (const key of without) Reflect.deleteProperty(entity, key);
  return storedNotification(entity).notification;
};

/** As a version that kept words wrote it. */
const inWords = (outcome: string, more: object = {}) => {
  const steps = JSON.stringify([{ at: time, state: 'suppressed', note: outcome }]);
  return stored({ outcome, steps, ...more }, ['reason', 'reasonDetails', 'endedAt']);
};

const everyReason = [...Object.values(endReasons).flat(), ...waitReasons];

describe('a reason in the ledger', () => {
  test.each<Cause>([
    { reason: 'userTold', manager: 'inCopy', team: 'sameAddress', elsewhere: true },
    { reason: 'addressRefused', answer: '400 ErrorInvalidRecipients' },
    { reason: 'dryRun', would: 'securityTold', user: 'noMailbox', manager: 'none' },
  ])('comes back with all that it is about: $reason', (outcome) => {
    const steps = [{ at: time, state: 'suppressed', cause: outcome } as const];
    const entity = { ...notificationEntity({ ...row, outcome, steps }), etag: 'W/"1"' };
    expect(entity).toMatchObject({ reason: outcome.reason, endedAt: time });
    expect(storedNotification(entity).notification).toMatchObject({ outcome, steps });
  });

  test('of another version sets no row aside, and is said to be unknown', () => {
    const steps = JSON.stringify([{ at: time, state: 'suppressed', cause: { reason: 'weekend' } }]);
    const read = stored({ reason: 'weekend', reasonDetails: '{"day":7}', steps });
    expect(read.outcome).toEqual({ reason: 'unknown', said: 'weekend' });
    expect(read.steps[0]?.cause).toEqual({ reason: 'unknown', said: 'weekend' });
    expect(sentence(read.outcome)).toBe('weekend');
  });

  test('in a shape of another version is done without in a step', () => {
    const steps = JSON.stringify([{ at: time, state: 'suppressed', cause: 'notInPilot', note: 7 }]);
    expect(stored({ steps }).steps).toEqual([{ at: time, state: 'suppressed' }]);
  });

  test('is no row’s where it has not ended', () => {
    const read = stored({ state: 'pending', steps: '[]' }, ['reason', 'reasonDetails', 'endedAt']);
    expect(read).not.toHaveProperty('outcome');
    expect(read).not.toHaveProperty('endedAt');
  });
});

describe('words of an earlier version', () => {
  // As that version wrote them: they stay, whatever is said today.
  test.each<readonly [string, Cause]>([
    ['user told; manager in copy', { reason: 'userTold', manager: 'inCopy' }],
    [
      'user told at another address; manager had enough copies today (MANAGER_COPIES_PER_DAY); security team in copy (found in Sent Items)',
      {
        reason: 'userTold',
        elsewhere: true,
        manager: 'enough',
        team: 'inCopy',
        foundInSentItems: true,
      },
    ],
    [
      'user told; the manager’s address was refused',
      { reason: 'userTold', withoutCopies: 'manager' },
    ],
    ['user has no mailbox; managers are not told', { reason: 'noRecipient', manager: 'notWanted' }],
    ['user is deleted; manager told instead', { reason: 'managerTold', user: 'deleted' }],
    [
      'user has no mailbox; manager is disabled; security team told instead; an address in copy was refused',
      { reason: 'securityTold', user: 'noMailbox', manager: 'disabled', withoutCopies: 'any' },
    ],
    [
      'user not found: deleted; security team told instead',
      { reason: 'securityTold', user: 'deleted' },
    ],
    ['user not found: deleted', { reason: 'userDeleted' }],
    [
      'DRY_RUN: user told; no manager in the directory',
      { reason: 'dryRun', would: 'userTold', manager: 'none' },
    ],
    [
      'summary of a bulk change; nobody to send it to (SECURITY_COPY)',
      { reason: 'noSecurityCopy' },
    ],
    ['refused: 400 ErrorInvalidRequest', { reason: 'refused', answer: '400 ErrorInvalidRequest' }],
    ['429 ApplicationThrottled', { reason: 'notAccepted', answer: '429 ApplicationThrottled' }],
    ['no answer unknownOutcome', { reason: 'unanswered', answer: 'no answer unknownOutcome' }],
    ['user not looked up: denied', { reason: 'directoryUnavailable', answer: 'denied' }],
    ['not in the pilot (INCLUDED_*)', { reason: 'notInPilot' }],
    ['muted; by other hands', { reason: 'unknown', said: 'muted; by other hands' }],
  ])('“%s”', (words, cause) => {
    expect(causeInWords(words)).toEqual(cause);
    const read = inWords(words);
    expect(read.outcome).toEqual(cause);
    expect(read.steps[0]?.cause).toEqual(cause);
    expect(read.endedAt).toBe(time);
    // Written again, it is a row like any other.
    const again = { ...notificationEntity(read), etag: 'W/"2"' };
    expect(again).not.toHaveProperty('outcome');
    expect(storedNotification(again).notification).toEqual(read);
  });

  test('are known for every reason that such a version had', () => {
    const newer: readonly Reason[] = [
      'lookDenied',
      'lookFailed',
      'noOtherAddress',
      'notDelivered',
      'recipientRefused',
    ];
    const answered = new Set<Reason>(['addressRefused', 'refused', 'directoryUnavailable']);
    for (const reason of everyReason) {
      if (newer.includes(reason) || reason === 'notAccepted' || reason === 'unanswered') continue;
      const cause: Cause = {
        reason,
        ...(answered.has(reason) && { answer: '400 Bad' }),
        ...((reason === 'managerTold' || reason === 'securityTold') && { user: 'noMailbox' }),
        ...(reason === 'dryRun' && { would: 'userTold' }),
      };
      expect(causeInWords(sentence(cause)), reason).toEqual(cause);
    }
  });
});

test.each<readonly [Cause, string]>([
  [
    { reason: 'managerTold', user: 'addressRefused', team: 'inCopy' },
    'the user’s address was refused; manager told instead; security team in copy',
  ],
  [
    { reason: 'securityTold', user: 'addressRefused', manager: 'addressRefused' },
    'the user’s address was refused; the manager’s address was refused; security team told instead',
  ],
  [
    { reason: 'addressRefused', manager: 'none', answer: '400 ErrorInvalidRecipients' },
    'address refused; no manager in the directory: 400 ErrorInvalidRecipients',
  ],
])('a refused address is said with who was told instead', (cause, words) => {
  expect(sentence(cause)).toBe(words);
});

test('every reason has its own sentence', () => {
  const sentences = everyReason.map((reason) => sentence({ reason }));
  expect(new Set(sentences).size).toBe(new Set(everyReason).size);
  expect(sentence(undefined)).toBe('');
});
