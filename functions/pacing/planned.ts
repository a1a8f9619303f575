import type { RowRef } from '../ledger/keys.ts';
import type { Lanes, Pauses } from '../ledger/lanes.ts';

/** The mailboxes to send from, and what they bear. */
export interface Mailboxes {
  readonly senders: readonly [string, ...string[]];
  /** For each of them. */
  readonly ratePerMinute: number;
  readonly pauses: Pauses;
}

/** A mail and the slot that it was given. Times in milliseconds since 1970. */
export interface PlannedMail extends RowRef {
  readonly sender: string;
  readonly at: number;
  /** When the next slot may begin. */
  readonly end: number;
  /** Until then it may leave. */
  readonly until: number;
  readonly inLine: boolean;
  /** `guarded`: in line, where no urgent mail may have it; `preempted`: somebody else had it. */
  readonly kind: 'free' | 'guarded' | 'preempted';
  readonly urgent: boolean;
  readonly recipients: number;
  /** The slot that its row has still, where it was moved since. */
  readonly before?: { readonly sender: string; readonly at: number };
}

/** What was planned since the lanes were stored, and what is needed to plan it anew. */
export interface Planned {
  readonly mails: readonly PlannedMail[];
  readonly mailboxes: Mailboxes;
  /** Recipients of a mail that is not urgent. */
  readonly usual: number;
  readonly now: Date;
}

const since = Symbol('planned');

/** What was planned into lanes since they were stored. */
export const plannedIn = (lanes: Lanes): Planned | undefined =>
  (lanes as { readonly [since]?: Planned })[since];

/** Lanes that know what was planned into them. It is not stored with them. */
export const withPlanned = (lanes: Lanes, planned: Planned): Lanes =>
  Object.defineProperty({ ...lanes }, since, { value: planned });
