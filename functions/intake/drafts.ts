import { notificationRef, type RowRef } from '../ledger/keys.ts';
import type { NotificationsByTime } from '../ledger/notificationsByTime.ts';
import { namesIn, namesOf } from '../ledger/personNames.ts';
import type { Evidence, SecurityInfoChange } from '../recognise/change.ts';
import { type Draft, isMuted, isOpen } from './draft.ts';
import { findDisplaced, findSame, type Known, type MergeReason } from './merge.ts';
import { current } from './parting.ts';
import { isRiskier } from './sameChange.ts';

/** Where a change was found to belong, and why. */
interface Place {
  readonly draft: Draft;
  readonly index: number;
  readonly why: MergeReason;
}

/** What there was before a page. */
export type Existing = Pick<NotificationsByTime, 'get' | 'named'>;

/** The drafts of a page, and of what there was before it those that are near it: of many thousand, few are anybody's. */
export class Drafts {
  readonly #existing: Existing;
  readonly #drafts = new Map<string, Draft>();
  readonly #byName = new Map<string, Set<Draft>>();

  constructor(existing: Existing) {
    this.#existing = existing;
  }

  /** New ones, and those of what there was that were looked at. */
  get all(): Draft[] {
    return [...this.#drafts.values()];
  }

  add(draft: Draft): void {
    this.#drafts.set(draft.notification.key, draft);
    if (!draft.notification.followUp) this.renew(draft);
  }

  /** To be called when a draft has gained a change: it may name its person in another way. */
  renew(draft: Draft): void {
    for (const name of namesIn(draft.notification)) {
      const known = this.#byName.get(name);
      if (known) known.add(draft);
      else this.#byName.set(name, new Set([draft]));
    }
  }

  /** Every draft that may be about the person of a change. */
  near(change: SecurityInfoChange): Draft[] {
    const found = new Set<Draft>();
    for (const name of namesOf(change)) {
      for (const { notification, etag } of this.#existing.named(name)) {
        const { key } = notification;
        const draft = this.#drafts.get(key) ?? { notification, etag, touched: false };
        this.#drafts.set(key, draft);
        found.add(draft);
      }
      for (const draft of this.#byName.get(name) ?? []) found.add(draft);
    }
    return [...found];
  }

  /** Where a change belongs, if to one that is known, `but` to this; `out`: a row that makes place for it. */
  place(
    change: SecurityInfoChange,
    muted: boolean,
    but?: SecurityInfoChange,
  ): (Place & { readonly out?: Evidence }) | undefined {
    const places: { draft: Draft; index: number }[] = [];
    const known: Known[] = [];
    for (const draft of this.near(change)) {
      const isKept = muted === isMuted(draft);
      for (const [index, one] of draft.notification.changes.entries()) {
        // A row that is muted does not mute what somebody else did, whichever comes first.
        const [quiet, told] = muted ? [change, current(one)] : [current(one), change];
        if (one === but || (!isKept && isRiskier(told, quiet))) continue;
        places.push({ draft, index });
        known.push({ change: { ...one, ...one.late }, open: isOpen(draft) });
      }
    }
    const found = findSame(change, known);
    const place = found && places[found.index];
    if (place) return { ...place, why: found.why };
    const displaced = findDisplaced(change, known);
    const taken = displaced && places[displaced.index];
    return taken && { ...taken, why: 'companion', out: displaced.evidence };
  }

  /** A record that tells of several changes may start several notifications: each has its own key. */
  freeRef({ time, auditId }: SecurityInfoChange): RowRef {
    for (let number = 1; ; number += 1) {
      const ref = notificationRef(time, number === 1 ? auditId : `${auditId} ${number}`);
      if (!this.has(ref)) return ref;
    }
  }

  /** Whether there is a notification of that key, new or not. */
  has({ key }: RowRef): boolean {
    return this.#drafts.has(key) || this.#existing.get(key) !== undefined;
  }
}
