import { notificationRef } from '../ledger/keys.ts';
import { type Notification, untried } from '../ledger/notification.ts';
import type { Ending, WaitCause } from '../ledger/reason.ts';
import { restorableHours } from '../ledger/transitions.ts';
import type { Person } from '../people/directory.ts';

/** The account is deleted, and may come back: the change stays due. */
export interface Gone {
  readonly kind: 'gone';
  readonly until: Date;
  readonly cause: WaitCause;
  /** What is to be sent to others meanwhile, once. */
  readonly meanwhile?: Notification;
}

type NotFound =
  | Gone
  | { readonly kind: 'putOff'; readonly ms: number; readonly cause: WaitCause }
  | { readonly kind: 'end'; readonly ending: Ending };

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** A failed look is made once more. */
const otherMs = minuteMs;
/** How long a new account may be in the audit log before every directory server knows it. */
const newAccountMs = 15 * minuteMs;

/**
 * What to do where nobody is found. A new account can be in the audit log before every directory server
 * knows it: who was just given a method is rather new than deleted. One that is among the deleted, or
 * stays away for longer, may be restored, and whoever restores it finds the method in place: manager and
 * security team are told at once, and the change stays due at growing intervals. Pure.
 */
export function notFound(row: Notification, deleted: Person | undefined, now: Date): NotFound {
  const nobody = {
    kind: 'end',
    ending: { state: 'undeliverable', reason: 'userDeleted' },
  } as const;
  if (row.test) return nobody;
  const age = now.getTime() - Date.parse(row.reopenedAt ?? row.recordedAt);
  const isNew = row.changes.some(({ action }) => action === 'registered');
  const looksMs = isNew ? newAccountMs : otherMs;
  if (!deleted && !row.gone && age < looksMs) {
    const ms = Math.max(minuteMs, Math.min(age, looksMs - age));
    return { kind: 'putOff', ms, cause: { reason: 'lookingAgain' } };
  }
  if (age > restorableHours * 60 * minuteMs) return nobody;
  const until = new Date(now.getTime() + Math.min(dayMs, Math.max(minuteMs, age / 2)));
  const meanwhile = row.gone ? undefined : tellOthers(row, now);
  const cause = { reason: 'mayBeRestored' } as const;
  return { kind: 'gone', until, cause, ...(meanwhile && { meanwhile }) };
}

/** What only the user's own methods could confirm is not told to others. */
function tellOthers(row: Notification, now: Date): Notification | undefined {
  const changes = row.changes.filter(({ held }) => !held);
  const [first] = changes;
  if (!first) return undefined;
  const { target, sender, authenticatorWarning } = row;
  return {
    ...notificationRef(first.time, `gone ${row.key}`),
    ...untried(now),
    urgent: true,
    followUp: 'gone',
    target,
    changes,
    sender,
    ...(authenticatorWarning && { authenticatorWarning }),
  };
}
