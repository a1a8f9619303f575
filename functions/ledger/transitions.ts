import { isFinal, type Notification, type State } from './notification.ts';

/** What can happen to a notification that somebody holds. */
export type Outcome =
  /** Accepted by Exchange. */
  | { readonly kind: 'sent'; readonly outcome: string }
  /** Refused before anything was done: not an attempt. */
  | { readonly kind: 'refused'; readonly retryAt: Date; readonly note: string }
  /** No trustworthy answer. `looked`: earlier sends are known not to have got through. */
  | {
      readonly kind: 'unknown';
      readonly retryAt: Date;
      readonly note: string;
      readonly looked: boolean;
    }
  /** Nobody can be told, now or later. */
  | { readonly kind: 'undeliverable'; readonly outcome: string }
  /** Given up; operators must act. */
  | { readonly kind: 'failed'; readonly outcome: string };

/** How a claim ended: held, or not now (come back `at`), or never again. */
export type Claim =
  | { readonly kind: 'held'; readonly row: Notification; readonly repeats: boolean }
  | { readonly kind: 'notYet'; readonly at: Date }
  | { readonly kind: 'final' }
  | { readonly kind: 'exhausted'; readonly row: Notification };

/** Where nobody may look, an unknown outcome is followed by one more send, not by a second. */
const mostUnknownOutcomes = 2;

const mostSteps = 20;

function to(row: Notification, state: State, now: Date, note?: string): Notification {
  const step = { at: now.toISOString(), state, ...(note && { note: note.slice(0, 200) }) };
  const { leaseUntil: _, ...rest } = row;
  return { ...rest, state, steps: [...row.steps, step].slice(-mostSteps) };
}

/** When a row may next be claimed; undefined when it is final. */
export function dueAt(row: Notification): Date | undefined {
  if (isFinal(row.state)) return undefined;
  return new Date(row.state === 'sending' && row.leaseUntil ? row.leaseUntil : row.notBefore);
}

/**
 * Claims a row for one send: counts the attempt and sets the lease. `repeats` says that an earlier
 * send may have got through. A row whose attempts are used up comes back as `failed`.
 */
export function claim(
  row: Notification,
  now: Date,
  limits: { readonly leaseSeconds: number; readonly maxAttempts: number },
): Claim {
  const due = dueAt(row);
  if (!due) return { kind: 'final' };
  if (due > now) return { kind: 'notYet', at: due };
  const lapsed = row.state === 'sending';
  if (row.attempts >= limits.maxAttempts) {
    const outcome = 'outcome unknown after every attempt';
    return { kind: 'exhausted', row: end(row, 'failed', outcome, now) };
  }
  const claimed = to(row, 'sending', now, lapsed ? 'lease lapsed' : undefined);
  const leaseUntil = new Date(now.getTime() + limits.leaseSeconds * 1000).toISOString();
  return {
    kind: 'held',
    row: { ...claimed, leaseUntil, attempts: row.attempts + 1 },
    // A clear refusal takes its attempt back, so what is left over may have got through.
    repeats: row.attempts > 0,
  };
}

/** What a send led to. Only its holder may write the result, under the ETag of the claim. */
export function settle(row: Notification, outcome: Outcome, now: Date): Notification {
  switch (outcome.kind) {
    case 'sent':
    case 'undeliverable':
    case 'failed':
      return { ...to(row, outcome.kind, now, outcome.outcome), outcome: outcome.outcome };
    case 'refused': {
      const attempts = row.attempts - 1;
      const next = to(row, attempts > 0 ? 'unknown' : 'pending', now, outcome.note);
      return { ...next, attempts, notBefore: outcome.retryAt.toISOString() };
    }
    case 'unknown': {
      const unknownOutcomes = outcome.looked ? 1 : row.unknownOutcomes + 1;
      if (unknownOutcomes >= mostUnknownOutcomes) {
        return { ...to(row, 'failed', now, outcome.note), unknownOutcomes, outcome: outcome.note };
      }
      const next = to(row, 'unknown', now, outcome.note);
      return { ...next, unknownOutcomes, notBefore: outcome.retryAt.toISOString() };
    }
  }
}

/**
 * Puts off a row that nobody holds, without an attempt: people could not be looked up, say. A lapsed
 * claim stays what it is, a send of unknown outcome.
 */
export function defer(row: Notification, until: Date, note: string, now: Date): Notification {
  const next = to(row, row.state === 'sending' ? 'unknown' : row.state, now, note);
  return { ...next, notBefore: until.toISOString(), deferrals: row.deferrals + 1 };
}

/** Ends a row that nobody holds: nobody to tell, or the runtime gave up on its message. */
export function end(
  row: Notification,
  state: 'undeliverable' | 'failed' | 'suppressed',
  outcome: string,
  now: Date,
): Notification {
  return { ...to(row, state, now, outcome), outcome };
}
