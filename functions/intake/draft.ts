import type { RowRef } from '../ledger/keys.ts';
import { type Notification, untried } from '../ledger/notification.ts';
import type { Untold } from '../ledger/reason.ts';
import { end } from '../ledger/transitions.ts';
import type { SecurityInfoChange } from '../recognise/change.ts';
import { isUrgent } from './sameChange.ts';

/** Bounds a mail, and its row in the table: a string holds 32 K characters. */
const mostChanges = 12;
const mostCharacters = 30_000;

/** A notification while a page is being placed: new without an ETag, else as it was stored. */
export interface Draft {
  notification: Notification;
  readonly etag: string | undefined;
  touched: boolean;
}

/** Still to be sent, for the first time: what may be in Sent Items already can gain nothing more. */
export const isOpen = ({ notification: { state, attempts, suspects } }: Draft) =>
  state === 'pending' && attempts === 0 && !suspects;

/** Not told, by a setting. */
export const isMuted = ({ notification: { state, outcome } }: Draft) =>
  state === 'suppressed' && outcome?.reason === 'muted';

/** Gives a draft its changes, oldest first; false where they would not fit. */
export function rewrite(draft: Draft, changes: readonly SecurityInfoChange[]): boolean {
  const before = JSON.stringify(draft.notification.changes);
  const sorted = [...changes].sort((one, other) => Date.parse(one.time) - Date.parse(other.time));
  const after = JSON.stringify(sorted);
  if (after === before) return true;
  if (sorted.length > mostChanges || after.length > mostCharacters) return false;
  const { bulk } = draft.notification;
  draft.notification = {
    ...draft.notification,
    changes: sorted,
    // One of very many stays so, whatever its later rows add.
    urgent: !bulk && sorted.some(isUrgent),
    target: { ...sorted[0]?.target, ...draft.notification.target },
  };
  draft.touched = true;
  return true;
}

/** Takes back a change that turns out to be muted. */
export function withdraw(draft: Draft, index: number, muted: Untold, now: Date): Draft {
  const { changes } = draft.notification;
  if (changes.length > 1) rewrite(draft, changes.toSpliced(index, 1));
  else {
    draft.notification = end(draft.notification, { state: 'suppressed', ...muted }, now);
    draft.touched = true;
  }
  return draft;
}

/** What may be written without getting in the way of a sender. */
const isAtRest = ({ notification: { state } }: Draft) =>
  state !== 'sending' && state !== 'unknown' && state !== 'pending';

/** Notes what a row says of a change whose mail has gone out, or will never go. */
export function noteLate(draft: Draft, index: number, now: SecurityInfoChange) {
  const told = draft.notification.changes[index];
  if (!told || !isAtRest(draft)) return;
  const late = {
    ...told.late,
    ...(now.action !== told.action && { action: now.action }),
    ...(now.method !== told.method && { method: now.method }),
    ...(now.initiator.kind !== told.initiator.kind && { initiator: now.initiator }),
  };
  const { evidence = [], alternatives, vague } = now;
  // What the rows left open, for the next one to decide.
  const { alternatives: _, vague: __, ...rest } = told;
  const noted = {
    ...rest,
    ...(alternatives && { alternatives }),
    ...(vague && { vague }),
    evidence,
    ...(Object.keys(late).length > 0 && { late }),
  };
  const changes = draft.notification.changes.with(index, noted);
  if (JSON.stringify(changes).length > mostCharacters) return;
  draft.notification = { ...draft.notification, changes };
  draft.touched = true;
}

/** Sends it as soon as that. */
export function hasten(draft: Draft, at: Date) {
  draft.notification = { ...draft.notification, notBefore: at.toISOString() };
  draft.touched = true;
}

/** A notification, still without its keys, that tells of one change, or `suppressed` says why it does not. */
export function start(
  change: SecurityInfoChange,
  suppressed: Untold | undefined,
  settled: Date,
  now: Date,
): Omit<Notification, keyof RowRef> {
  const at = now.toISOString();
  return {
    ...untried(now, settled),
    urgent: isUrgent(change),
    target: change.target,
    changes: [change],
    sender: '',
    ...(suppressed && {
      state: 'suppressed',
      outcome: suppressed,
      endedAt: at,
      steps: [{ at, state: 'suppressed', cause: suppressed }],
    }),
  };
}
