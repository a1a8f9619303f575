import { GraphFailure } from '../graph/failure.ts';
import { reference } from '../ledger/keys.ts';
import type { BulkSummary, Notification } from '../ledger/notification.ts';
import type { Clock, Log } from '../log.ts';
import type { PasskeyDirectory } from '../passkeys/directory.ts';
import type { PeopleDirectory, Person } from '../people/directory.ts';
import type { MethodFinder } from '../people/methodFinder.ts';
import type { SecurityInfoChange } from '../recognise/change.ts';

/** What looking a notification up needs. */
export interface LookUpRoom {
  readonly people: PeopleDirectory;
  readonly methods: MethodFinder;
  readonly passkeys: PasskeyDirectory;
  readonly now: Clock;
  readonly log: Log;
}

/** What was found: all that a mail needs, or when to look again, or why there is nothing to tell. */
export type Found =
  | { readonly kind: 'known'; readonly person: Person | 'deleted'; readonly row: Notification }
  /** The security team's own mail: it tells of nobody in particular. */
  | { readonly kind: 'summary'; readonly summary: BulkSummary }
  | { readonly kind: 'putOff'; readonly ms: number; readonly note: string }
  | {
      readonly kind: 'end';
      readonly state: 'undeliverable' | 'suppressed';
      readonly outcome: string;
    };

/** All that a mail needs. */
export type Known = Extract<Found, { kind: 'known' | 'summary' }>;

const minuteMs = 60_000;
const longestMs = 15 * minuteMs;
const notFoundNote = 'user not found, looking again';

/** Looks up the person, and what the audit log left open. Never throws `GraphFailure`. */
export async function lookUp(row: Notification, room: LookUpRoom): Promise<Found> {
  if (row.summary) return { kind: 'summary', summary: row.summary };
  const held = row.changes.filter((change) => change.held);
  if (held.length === row.changes.length && !room.methods.mayLook()) return unconfirmed;
  try {
    const person = await room.people.find(row.target);
    if (!person) return row.test ? nobodyThere : notFound(row);
    const confirmed = held.length > 0 ? await confirm(row.changes, person, room) : row.changes;
    if (confirmed.length === 0) return unconfirmed;
    // A test is about no passkey that there is, however new one may be.
    const changes = row.test
      ? confirmed
      : await room.passkeys.complete(confirmed, person.id, room.log);
    return { kind: 'known', person, row: { ...row, changes } };
  } catch (failure) {
    if (!(failure instanceof GraphFailure)) throw failure;
    const { kind, status, code, retryAfterMs } = failure;
    room.log('warn', 'people.unavailable', { reference: reference(row), kind, status, code });
    const backOff = Math.min(longestMs, 15_000 * 2 ** Math.min(row.deferrals, 10));
    return { kind: 'putOff', ms: retryAfterMs ?? backOff, note: `user not looked up: ${kind}` };
  }
}

const unconfirmed = {
  kind: 'end',
  state: 'suppressed',
  outcome: 'a row that names no method, confirmed by nothing',
} as const;

const nobodyThere = {
  kind: 'end',
  state: 'undeliverable',
  outcome: 'user not found: deleted',
} as const;

/**
 * A new account can be in the audit log before every directory server knows it. Who was just given a
 * method is looked for longer, for a quarter of an hour: such an account is rather new than deleted.
 */
function notFound(row: Notification): Found {
  const looks = row.steps.filter(({ note }) => note === notFoundNote).length;
  const mostLooks = row.changes.some(({ action }) => action === 'registered') ? 4 : 1;
  if (looks < mostLooks) return { kind: 'putOff', ms: minuteMs * 2 ** looks, note: notFoundNote };
  // What only the user's own methods could confirm stays unconfirmed.
  const changes = row.changes.filter(({ held }) => !held);
  if (changes.length > 0) return { kind: 'known', person: 'deleted', row: { ...row, changes } };
  return nobodyThere;
}

/** The changes without those that were held and that nothing confirms. */
async function confirm(
  changes: readonly SecurityInfoChange[],
  person: Person,
  { methods }: LookUpRoom,
): Promise<SecurityInfoChange[]> {
  const confirmed: SecurityInfoChange[] = [];
  for (const { held, ...change } of changes) {
    const method = held ? await methods.createdAt(person.id, change.time) : change.method;
    if (method) confirmed.push({ ...change, method });
  }
  return confirmed;
}
