import { GraphFailure } from '../graph/failure.ts';
import { keyTimeAfter, reference } from '../ledger/keys.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { BulkSummary, Notification } from '../ledger/notification.ts';
import type { Ending, WaitCause } from '../ledger/reason.ts';
import type { Clock, Log } from '../log.ts';
import type { PasskeyDirectory } from '../passkeys/directory.ts';
import type { PeopleDirectory, Person } from '../people/directory.ts';
import { type Made, type MethodFinder, type NotLooked, nearest } from '../people/methodFinder.ts';
import type { SecurityInfoChange } from '../recognise/change.ts';
import { samePerson } from '../recognise/initiator.ts';
import { type Gone, notFound } from './notFound.ts';

/** What looking a notification up needs. */
export interface LookUpRoom {
  readonly ledger: Pick<Ledger, 'readRange'>;
  readonly people: PeopleDirectory;
  readonly methods: MethodFinder;
  readonly passkeys: PasskeyDirectory;
  readonly now: Clock;
  readonly log: Log;
}

/** What was found: all that a mail needs, or when to look again, or why there is nothing to tell. */
export type Found =
  | {
      readonly kind: 'known';
      readonly person: Person | 'deleted';
      /** What is told. */
      readonly row: Notification;
      /** What is to be stored of it: a change that was confirmed is a change like any other. */
      readonly changes: readonly SecurityInfoChange[];
    }
  /** The security team's own mail: it tells of nobody in particular. */
  | { readonly kind: 'summary'; readonly summary: BulkSummary }
  | { readonly kind: 'putOff'; readonly ms: number; readonly cause: WaitCause }
  | Gone
  | { readonly kind: 'end'; readonly ending: Ending };

/** All that a mail needs. */
export type Known = Extract<Found, { kind: 'known' | 'summary' }>;

const minuteMs = 60_000;
const longestMs = 15 * minuteMs;
/** Graph speaks of minutes: for what asks for more, a mail waits no longer. */
const longestAskedMs = 60 * minuteMs;

/** Looks up the person, and what the audit log left open. Never throws `GraphFailure`. */
export async function lookUp(row: Notification, room: LookUpRoom): Promise<Found> {
  if (row.summary) return { kind: 'summary', summary: row.summary };
  const held = row.changes.filter((change) => change.held);
  if (held.length === row.changes.length && !room.methods.mayLook()) return untold('lookDenied');
  try {
    if (row.followUp === 'gone') {
      const person = (await room.people.findDeleted(row.target)) ?? 'deleted';
      return { kind: 'known', person, row, changes: row.changes };
    }
    const person = await room.people.find(row.target);
    if (!person) {
      const missing = notFound(row, await room.people.findDeleted(row.target), room.now());
      // The person's own mail waits for them, and tells others meanwhile.
      const isOther = row.followUp === 'other' && missing.kind !== 'putOff';
      return isOther ? untold('noOtherAddress') : missing;
    }
    const looked = held.length > 0 ? await confirm(row, person, room) : undefined;
    const changes = looked?.changes ?? row.changes;
    const told = changes.filter((change) => !change.held);
    if (told.length === 0) return untold(looked?.inVain ?? 'unconfirmed');
    // A test is about no passkey that there is, however new one may be.
    const full = row.test ? told : await room.passkeys.complete(told, person.id, room.log);
    return { kind: 'known', person, row: { ...row, changes: full }, changes };
  } catch (failure) {
    if (!(failure instanceof GraphFailure)) throw failure;
    const { kind, status, code, retryAfterMs } = failure;
    room.log('warn', 'people.unavailable', { reference: reference(row), kind, status, code });
    const backOff = Math.min(longestMs, 15_000 * 2 ** Math.min(row.deferrals, 10));
    const cause = { reason: 'directoryUnavailable', answer: kind } as const;
    const ms = Math.min(retryAfterMs ?? backOff, longestAskedMs);
    return { kind: 'putOff', ms, cause };
  }
}

const untold = (reason: 'unconfirmed' | 'noOtherAddress' | NotLooked): Found => ({
  kind: 'end',
  ending: { state: 'suppressed', reason },
});

/** As far around a change as a method may have been made that is it. */
const aroundMs = 3 * minuteMs;

/** The changes, those that were held as what the person's own methods show them to be. `inVain`: why nobody looked. */
async function confirm(
  row: Notification,
  person: Person,
  { methods, ledger }: LookUpRoom,
): Promise<{ readonly changes: readonly SecurityInfoChange[]; readonly inVain?: NotLooked }> {
  const [oldest = '', newest = ''] = [row.changes[0]?.time, row.changes.at(-1)?.time];
  const { notifications } = await ledger.readRange(
    keyTimeAfter(oldest, -aroundMs),
    keyTimeAfter(newest, aroundMs),
  );
  const others = notifications.flatMap(({ notification }) =>
    notification.key === row.key || notification.summary || notification.test
      ? []
      : notification.changes,
  );
  // What another row tells of confirms nothing.
  const explained: Made[] = [...others, ...row.changes].flatMap(({ held, method, time, target }) =>
    held || samePerson(target, named(person)) === false ? [] : { method, time },
  );
  const made = await methods.madeBy(person.id);
  if (typeof made === 'string') return { changes: row.changes, inVain: made };
  const changes: SecurityInfoChange[] = [];
  for (const change of row.changes) {
    const found = change.held && nearest(made, change.time, explained)?.method;
    if (!found) {
      changes.push(change);
      continue;
    }
    const { held: _, ...rest } = change;
    const action = found === 'password' ? 'passwordChanged' : change.action;
    explained.push({ method: found, time: change.time });
    changes.push({ ...rest, action, method: found, confirmed: true });
  }
  return { changes };
}

const named = ({ id, userPrincipalName }: Person) => ({
  id,
  userPrincipalName: userPrincipalName ?? undefined,
});
