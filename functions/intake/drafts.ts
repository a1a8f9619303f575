import { notificationRef, type RowRef } from '../ledger/keys.ts';
import type { StoredNotification } from '../ledger/notification.ts';
import type { SecurityInfoChange } from '../recognise/change.ts';
import type { Draft } from './draft.ts';
import { distanceMs, isSameChange } from './sameChange.ts';

/** The drafts of a page, found by person: of many thousand, few are anybody's. */
export class Drafts {
  readonly all: Draft[] = [];
  readonly #byName = new Map<string, Set<Draft>>();
  readonly #keys = new Set<string>();

  constructor(existing: readonly StoredNotification[]) {
    for (const { notification, etag } of existing) {
      this.add({ notification, etag, touched: false });
    }
  }

  add(draft: Draft): void {
    this.all.push(draft);
    this.#keys.add(draft.notification.key);
    this.renew(draft);
  }

  /** To be called when a draft has gained a change: it may name its person in another way. */
  renew(draft: Draft): void {
    const { target, changes } = draft.notification;
    for (const name of [target, ...changes.map((change) => change.target)].flatMap(namesOf)) {
      const known = this.#byName.get(name);
      if (known) known.add(draft);
      else this.#byName.set(name, new Set([draft]));
    }
  }

  /** Every draft that may be about the person of a change. */
  near({ target }: SecurityInfoChange): Draft[] {
    return [...new Set(namesOf(target).flatMap((name) => [...(this.#byName.get(name) ?? [])]))];
  }

  /** The row of the same change that is nearest in time. */
  sibling(change: SecurityInfoChange): { draft: Draft; index: number } | undefined {
    let nearest: { draft: Draft; index: number } | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const draft of this.near(change)) {
      for (const [index, one] of draft.notification.changes.entries()) {
        if (!isSameChange(one, change)) continue;
        const distance = distanceMs(one, change);
        if (distance < least) nearest = { draft, index };
        least = Math.min(least, distance);
      }
    }
    return nearest;
  }

  /** A record that tells of several changes may start several notifications: each has its own key. */
  freeRef({ time, auditId }: SecurityInfoChange): RowRef {
    for (let number = 1; ; number += 1) {
      const ref = notificationRef(time, number === 1 ? auditId : `${auditId} ${number}`);
      if (!this.#keys.has(ref.key)) return ref;
    }
  }
}

const namesOf = ({ id, userPrincipalName }: SecurityInfoChange['target']): string[] => [
  ...(id ? [`id ${id.toLowerCase()}`] : []),
  ...(userPrincipalName ? [`upn ${userPrincipalName.toLowerCase()}`] : []),
];
