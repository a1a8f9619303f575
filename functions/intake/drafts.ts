import { notificationRef, type RowRef } from '../ledger/keys.ts';
import type { StoredNotification } from '../ledger/notification.ts';
import type { Evidence, SecurityInfoChange } from '../recognise/change.ts';
import { homeName } from '../recognise/initiator.ts';
import { type Draft, isOpen } from './draft.ts';
import { findDisplaced, findSame, type Known, type MergeReason } from './merge.ts';

/** Where a change was found to belong, and why. */
interface Place {
  readonly draft: Draft;
  readonly index: number;
  readonly why: MergeReason;
}

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
    if (!draft.notification.followUp) this.renew(draft);
  }

  /** To be called when a draft has gained a change: it may name its person in another way. */
  renew(draft: Draft): void {
    const { target, changes } = draft.notification;
    const names = [
      ...namesOf(target),
      ...changes.flatMap((change) => [...namesOf(change.target), ...correlationsOf(change)]),
    ];
    for (const name of names) {
      const known = this.#byName.get(name);
      if (known) known.add(draft);
      else this.#byName.set(name, new Set([draft]));
    }
  }

  /** Every draft that may be about the person of a change. */
  near(change: SecurityInfoChange): Draft[] {
    const names = [...namesOf(change.target), ...correlationsOf(change)];
    return [...new Set(names.flatMap((name) => [...(this.#byName.get(name) ?? [])]))];
  }

  /** Where a change belongs, if to one that is known; `out`: a row that makes place for it. */
  place(change: SecurityInfoChange): (Place & { readonly out?: Evidence }) | undefined {
    const places: { draft: Draft; index: number }[] = [];
    const known: Known[] = [];
    for (const draft of this.near(change)) {
      for (const [index, one] of draft.notification.changes.entries()) {
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
      if (!this.#keys.has(ref.key)) return ref;
    }
  }
}

const namesOf = ({ id, userPrincipalName }: SecurityInfoChange['target']): string[] => [
  ...(id ? [`id ${id.toLowerCase()}`] : []),
  ...(userPrincipalName ? [`upn ${homeName(userPrincipalName)}`] : []),
];

const correlationsOf = ({ evidence = [] }: SecurityInfoChange): string[] =>
  evidence.flatMap(({ correlationId }) => (correlationId ? [`row ${correlationId}`] : []));
