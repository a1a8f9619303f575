import type { ChangeTarget, SecurityInfoChange } from '../recognise/change.ts';
import type { RowRef } from './keys.ts';
import type { Cause } from './reason.ts';

/**
 * Where a notification stands.
 *
 * - `pending`: to be sent at `notBefore`
 * - `sending`: claimed until `leaseUntil`; after that its outcome is unknown
 * - `unknown`: sent, perhaps; due once more at `notBefore`
 * - `sent`, `undeliverable`, `failed`, `suppressed`: final
 */
export const states = [
  'pending',
  'sending',
  'unknown',
  'sent',
  'undeliverable',
  'failed',
  'suppressed',
] as const;
export type State = (typeof states)[number];

/** One step of a notification's life, for operators. No names, no addresses. */
export interface Step {
  readonly at: string;
  readonly state: State;
  readonly cause?: Cause;
}

export const followUps = ['late', 'gone', 'other'] as const;
export type FollowUp = (typeof followUps)[number];

/** What one initiator did to many users within an hour. Times as the audit log gave them. */
export interface BulkSummary {
  /** How many users, when it was noticed. */
  readonly users: number;
  readonly from: string;
  readonly to: string;
  /** User principal names of the first twenty; absent in rows written before they were kept. */
  readonly accounts?: readonly string[];
  /** What was changed, each kind once. */
  readonly kinds?: readonly Pick<SecurityInfoChange, 'action' | 'method'>[];
}

/** One mail to be sent: the changes of one person that belong together. Times are ISO 8601, UTC. */
export interface Notification extends RowRef {
  readonly state: State;
  /** Someone other than the user acted, or it is a Temporary Access Pass, or unknown. */
  readonly urgent: boolean;
  /** One of very many by the same initiator: not urgent, and told without copies. */
  readonly bulk?: boolean;
  /** Not a person's mail but the security team's, about a bulk change; `changes` is one of it. */
  readonly summary?: BulkSummary;
  /**
   * Not the person's mail. `late`: tells the security team what became known after it, and makes it
   * riskier. `gone`: tells manager and security team at once, while the account is deleted. `other`: tells
   * the person at an address beside their mailbox; without `otherAddress` it finds out at which.
   */
  readonly followUp?: FollowUp;
  /** Goes there and nowhere else, with fewer details. It was the person's own for a month at least. */
  readonly otherAddress?: string;
  /** The notification that one of `other` belongs to. */
  readonly of?: RowRef;
  /** One of `other` is there for it. */
  readonly hasOther?: boolean;
  /** Its account was deleted, and may come back: others have been told by a mail of their own. */
  readonly gone?: boolean;
  /** A hash of the address that it was sent to, last. */
  readonly sentTo?: string;
  /** Hashes of the addresses that Exchange does not write to: others are told. */
  readonly refused?: readonly string[];
  /** Where Exchange's message trace saw it arrive. */
  readonly arrival?: 'delivered' | 'junk';
  /** An operator tries whether mail arrives: only the user is told, and nothing was changed. */
  readonly test?: boolean;
  /**
   * An authenticator of it is a program made for tests, or claims to be a model that it can't be. Known
   * once the person's passkeys were looked up for the mail.
   */
  readonly authenticatorWarning?: 'program' | 'contradiction';
  readonly target: ChangeTarget;
  /** Oldest first. */
  readonly changes: readonly SecurityInfoChange[];
  /** The mailbox that it is sent from. */
  readonly sender: string;
  /** Planned behind others: an urgent one may preempt its slot. */
  readonly inLine?: boolean;
  /** It has a slot from `notBefore` until then. Where `notBefore` has moved since, it has none. */
  readonly slotUntil?: string;
  /** How long looking it up took, in ms, where it missed its slot meanwhile: its message comes so much earlier. */
  readonly lookMs?: number;
  readonly recordedAt: string;
  /** When an operator began anew what was given up, the last time. */
  readonly reopenedAt?: string;
  readonly notBefore: string;
  /** When it was due for the first time, of one that was put off or tried and is not final. */
  readonly dueSince?: string;
  /** Until when the holder of the claim may be sending. */
  readonly leaseUntil?: string;
  /** Counted before each send. */
  readonly attempts: number;
  /**
   * The mailbox of each send that may have got through, oldest first; the one that is being made is
   * the last. Until it is known how a send ended, it is in doubt, however its process fares.
   */
  readonly doubts: readonly string[];
  /**
   * The mailbox of each send that was refused in words that have been seen where it got through after
   * all, or that was in doubt when an operator began anew. They are looked into before the next send,
   * and count for nothing else.
   */
  readonly suspects?: readonly string[];
  /** How often the runtime gave up on its message since an operator last began it anew. */
  readonly poisoned?: number;
  /** How often and when last a sweep enqueued it again since it last moved. */
  readonly revivals?: number;
  readonly revivedAt?: string;
  /** How often it was put off without an attempt. */
  readonly deferrals: number;
  /** Who was told, or why nobody was; and since when that is so. */
  readonly outcome?: Cause;
  readonly endedAt?: string;
  readonly steps: readonly Step[];
}

/** A notification as it is stored, with the ETag that guards the next write. */
export interface StoredNotification {
  readonly notification: Notification;
  readonly etag: string;
}

/** How a notification begins that is to be sent: nobody has tried yet. */
export function untried(
  now: Date,
  due = now,
): Pick<
  Notification,
  'state' | 'recordedAt' | 'notBefore' | 'attempts' | 'doubts' | 'deferrals' | 'steps'
> {
  const at = now.toISOString();
  return {
    state: 'pending',
    recordedAt: at,
    notBefore: due.toISOString(),
    attempts: 0,
    doubts: [],
    deferrals: 0,
    steps: [{ at, state: 'pending' }],
  };
}

/** States that nothing leads out of, unless an operator reopens what was given up. */
export const isFinal = (state: State): boolean =>
  state === 'sent' || state === 'undeliverable' || state === 'failed' || state === 'suppressed';
