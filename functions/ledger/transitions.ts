import { isFinal, type Notification, type State } from './notification.ts';
import type { Cause, Ending, WaitCause } from './reason.ts';

/** Where a notification stands at a moment: `sending` is held, or its lease has lapsed. */
type Standing = Exclude<State, 'sending'> | 'held' | 'lapsed';

/** What can happen to a notification. */
export type Event =
  | 'claim'
  | 'putOff'
  | 'sent'
  | 'refused'
  | 'refusedInDoubt'
  | 'unanswered'
  | 'undeliverable'
  | 'failed'
  | 'suppressed'
  | 'reopen';

const givenUp = { undeliverable: 'undeliverable', failed: 'failed' } as const;
const ended = { ...givenUp, suppressed: 'suppressed' } as const;
const settled = {
  sent: 'sent',
  refused: 'pending',
  refusedInDoubt: 'unknown',
  unanswered: 'unknown',
  ...givenUp,
} as const;

/**
 * The whole machine: where each event leads. What is not named is refused, so nothing leads out of
 * the last four but an operator, and only where nobody was told. A holder may settle late, as long as
 * nobody has taken over; `sent` without a claim was found in Sent Items.
 */
export const machine: Readonly<Record<Standing, Readonly<Partial<Record<Event, State>>>>> = {
  pending: { claim: 'sending', putOff: 'pending', sent: 'sent', ...ended },
  held: settled,
  lapsed: { claim: 'sending', putOff: 'unknown', ...settled, ...ended },
  unknown: { claim: 'sending', putOff: 'unknown', sent: 'sent', ...ended },
  // What Exchange accepted may be in quarantine, or come back.
  sent: { undeliverable: 'undeliverable' },
  undeliverable: { reopen: 'pending' },
  failed: { reopen: 'pending' },
  suppressed: {},
};

/** How a send ended that somebody held the claim for. */
export type Outcome =
  /** Refused before anything was done: not an attempt. `suspect`: yet worth a look into Sent Items. */
  | {
      readonly kind: 'refused';
      readonly retryAt: Date;
      readonly cause: WaitCause;
      readonly suspect?: true;
      /** A hash of the address that it was refused for. */
      readonly recipient?: string;
    }
  /** No trustworthy answer. */
  | { readonly kind: 'unanswered'; readonly retryAt: Date; readonly cause: WaitCause }
  /** Accepted by Exchange, or given up. */
  | { readonly kind: 'ended'; readonly ending: Ending };

const leaseLapsed = { reason: 'leaseLapsed' } as const;

/** How a claim ended: held `until`, or not now (come back `at`), or never again. */
type Claim =
  | { readonly kind: 'held'; readonly row: Notification; readonly until: Date }
  | { readonly kind: 'notYet'; readonly at: Date }
  | { readonly kind: 'final' }
  | { readonly kind: 'exhausted'; readonly row: Notification };

/** Where nobody may look, a send of unknown outcome is followed by one more, not by a second. */
const mostDoubts = 2;

const mostSteps = 20;

/** Where a row stands now. */
export function standing({ state, leaseUntil = '' }: Notification, now: Date): Standing {
  if (state !== 'sending') return state;
  return new Date(leaseUntil) > now ? 'held' : 'lapsed';
}

/** The one way from state to state. Throws where the machine has none: that is a defect. */
function to(row: Notification, event: Event, now: Date, cause?: Cause): Notification {
  const from = standing(row, now);
  const state = machine[from][event];
  if (!state) throw new Error(`a notification that is ${from} refuses ${event}`);
  const step = { at: now.toISOString(), state, ...(cause && { cause }) };
  const { leaseUntil: _, revivals: __, revivedAt: ___, dueSince = row.notBefore, ...rest } = row;
  const waits = !isFinal(state) && event !== 'reopen';
  const steps = [...row.steps, step].slice(-mostSteps);
  return { ...rest, state, ...(waits && { dueSince }), steps };
}

/** When a row may next be claimed; undefined when it is final. */
export function dueAt(
  row: Pick<Notification, 'state' | 'leaseUntil' | 'notBefore'>,
): Date | undefined {
  if (isFinal(row.state)) return undefined;
  return new Date(row.state === 'sending' && row.leaseUntil ? row.leaseUntil : row.notBefore);
}

/**
 * Claims a row for one send from a mailbox: counts the attempt, puts it in doubt until it is known
 * how it ended, and sets the lease. `looked`: Sent Items shows that no earlier send got through: it is
 * sent as often as its age allows. A row that may not be sent again comes back as `failed`.
 */
export function claim(
  row: Notification,
  { sender, looked }: { readonly sender: string; readonly looked: boolean },
  now: Date,
  limits: { readonly leaseSeconds: number },
): Claim {
  const due = dueAt(row);
  if (!due) return { kind: 'final' };
  if (due > now) return { kind: 'notYet', at: due };
  const doubts = looked ? [] : row.doubts;
  if (doubts.length >= mostDoubts) {
    const ending = { state: 'failed', reason: 'repeatUnanswered' } as const;
    return { kind: 'exhausted', row: end(row, ending, now) };
  }
  const lapsed = row.state === 'sending' ? leaseLapsed : undefined;
  const until = new Date(now.getTime() + limits.leaseSeconds * 1000);
  const { suspects, ...rest } = to(row, 'claim', now, lapsed);
  const claimed = {
    ...rest,
    ...(suspects && !looked && { suspects }),
    sender,
    leaseUntil: until.toISOString(),
    attempts: row.attempts + 1,
    doubts: [...doubts, sender],
  };
  return { kind: 'held', row: claimed, until };
}

/** What a send led to. Only its holder may write the result, under the ETag of the claim. */
export function settle(row: Notification, outcome: Outcome, now: Date): Notification {
  if (outcome.kind === 'ended') return end(row, outcome.ending, now);
  const { retryAt, cause } = outcome;
  const notBefore = retryAt.toISOString();
  if (outcome.kind === 'unanswered') return { ...to(row, 'unanswered', now, cause), notBefore };
  // It was no send. What was in doubt before still is.
  const doubts = row.doubts.slice(0, -1);
  const next = to(row, doubts.length > 0 ? 'refusedInDoubt' : 'refused', now, cause);
  const { suspect, recipient } = outcome;
  return {
    ...next,
    doubts,
    ...(suspect && { suspects: [...(row.suspects ?? []), row.sender] }),
    ...(recipient && { refused: [...(row.refused ?? []), recipient] }),
    attempts: row.attempts - 1,
    notBefore,
  };
}

/**
 * Puts off a row that nobody holds, without an attempt: people could not be looked up, say. A lapsed
 * claim stays what it is, a send of unknown outcome.
 */
export function defer(row: Notification, until: Date, cause: WaitCause, now: Date): Notification {
  const next = to(row, 'putOff', now, cause);
  return { ...next, notBefore: until.toISOString(), deferrals: row.deferrals + 1 };
}

/** Frees a row whose holder is gone: what it sent is unknown, and it is due at once. */
export const lapse = (row: Notification, now: Date): Notification => ({
  ...to(row, 'putOff', now, leaseLapsed),
  notBefore: now.toISOString(),
});

const minuteMs = 60_000;
/** How long a row is put off whose message the runtime gave up on, in ms: longer each time. */
const [firstPoisonedMs, longestPoisonedMs] = [15 * minuteMs, 6 * 60 * minuteMs];

/** The runtime gave up on its message: the row is put off, until it is too old. */
export function poison(row: Notification, now: Date, maxAgeHours: number): Notification {
  const { poisoned = 0 } = row;
  const next = { ...row, poisoned: poisoned + 1 };
  if (isTooOld(row, now, maxAgeHours))
    return end(next, { state: 'failed', reason: 'poisoned' }, now);
  const wait = Math.min(longestPoisonedMs, firstPoisonedMs * 2 ** Math.min(poisoned, 10));
  return defer(next, new Date(now.getTime() + wait), { reason: 'poisoned' }, now);
}

/** The first wait between two revivals, and the longest, in ms. */
const [firstRevivalMs, longestRevivalMs] = [10 * minuteMs, 6 * 60 * minuteMs];

/** When a sweep may enqueue a row again: less and less often, as long as it does not move. */
export function nextRevival({ revivals = 0, revivedAt }: Notification): Date {
  if (revivedAt === undefined) return new Date(0);
  const wait = Math.min(longestRevivalMs, firstRevivalMs * 2 ** Math.min(revivals - 1, 10));
  return new Date(Date.parse(revivedAt) + wait);
}

/** Notes that a sweep has enqueued a row again. It is no step: nothing of it has moved. */
export const revived = (row: Notification, now: Date): Notification => ({
  ...row,
  revivals: (row.revivals ?? 0) + 1,
  revivedAt: now.toISOString(),
});

/** Ends a row, and keeps who was told, or why nobody was. */
export function end(row: Notification, { state, ...outcome }: Ending, now: Date): Notification {
  return { ...to(row, state, now, outcome), outcome, endedAt: now.toISOString() };
}

/**
 * What was accepted did not reach its reader. Nothing is in doubt: an operator who begins it anew has it sent
 * once more.
 */
export function bounced(row: Notification, answer: string, now: Date): Notification {
  const { suspects: _, ...rest } = row;
  return end(
    { ...rest, doubts: [] },
    { state: 'undeliverable', reason: 'notDelivered', answer },
    now,
  );
}

/** So long a deleted user can be restored. Source: Entra docs, "Restore or remove a deleted user". */
export const restorableHours = 30 * 24;
/** A mail that waits for a mailbox, a grant or an identity to be mended waits at least this long. */
const leastPatienceHours = 7 * 24;

/** How long a notification may wait, in ms; and one of an account that may be restored. */
export const patienceMs = (maxAgeHours: number): number =>
  Math.max(maxAgeHours, leastPatienceHours) * 3_600_000;
const goneMs = (maxAgeHours: number): number =>
  Math.max(maxAgeHours, restorableHours + 24) * 3_600_000;

/** Whether a notification has waited for as long as it may; `maxAgeHours` is the setting. */
export function isTooOld(
  { reopenedAt, recordedAt, gone }: Pick<Notification, 'reopenedAt' | 'recordedAt' | 'gone'>,
  now: Date,
  maxAgeHours: number,
): boolean {
  const age = now.getTime() - Date.parse(reopenedAt ?? recordedAt);
  return age > (gone ? goneMs(maxAgeHours) : patienceMs(maxAgeHours));
}

/**
 * Begins anew what was given up, because an operator says so. All bounds hold again as if it had just
 * been recorded. Where it may have been sent is looked into before the next send, and counts for
 * nothing else: that it may become a second mail is the operator's decision.
 */
export function reopen(row: Notification, now: Date): Notification {
  const {
    outcome: _,
    endedAt: __,
    poisoned: ___,
    refused: ____,
    suspects = [],
    ...rest
  } = to(row, 'reopen', now, { reason: 'requeued' });
  const mailboxes = [...new Set([...suspects, ...row.doubts])];
  return {
    ...rest,
    ...(mailboxes.length > 0 && { suspects: mailboxes }),
    doubts: [],
    attempts: 0,
    deferrals: 0,
    notBefore: now.toISOString(),
    reopenedAt: now.toISOString(),
  };
}
