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

/** Mails that were planned, and what is needed to plan them anew. */
export interface Planned {
  readonly mails: readonly PlannedMail[];
  readonly mailboxes: Mailboxes;
  /** Recipients of a mail that is not urgent. */
  readonly usual: number;
  readonly now: Date;
}

/** What was planned into lanes by the last plan, and the lanes that it began with. It is not stored with them. */
const plans = new WeakMap<Lanes, Planned & { readonly on: Lanes | undefined }>();

/** Has lanes know what was planned into them. */
export function withPlanned(lanes: Lanes, planned: Planned, on?: Lanes): Lanes {
  plans.set(lanes, { ...planned, on });
  return lanes;
}

/** What the last plan planned into lanes that are not stored yet. */
export const lastPlannedIn = (lanes: Lanes): Planned | undefined => plans.get(lanes);

/** What was planned into lanes since they were stored, by all plans. */
export function plannedIn(lanes: Lanes): Planned | undefined {
  const last = plans.get(lanes);
  const mails: PlannedMail[][] = [];
  for (let plan = last; plan; plan = plan.on && plans.get(plan.on)) mails.unshift([...plan.mails]);
  return last && { ...last, mails: mails.flat() };
}

/** From here on they, and what is planned on them, know nothing of what was planned before. */
export function areStored(lanes: Lanes): void {
  plans.delete(lanes);
}
