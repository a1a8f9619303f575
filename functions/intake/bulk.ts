import { notificationRef } from '../ledger/keys.ts';
import { type Notification, untried } from '../ledger/notification.ts';
import type { NotificationsByTime } from '../ledger/notificationsByTime.ts';
import { makerOf } from '../ledger/personNames.ts';
import type { SecurityInfoChange } from '../recognise/change.ts';

/** How far back a page's changes must be compared with what was recorded before, in ms. */
export const bulkWindowMs = 3_600_000;

/** New notifications, some of them told as bulk, and the summaries of those. */
interface Guarded {
  readonly inserts: readonly Notification[];
  /** Key of the notification that tripped the guard → the summary to be recorded with it. */
  readonly summaries: ReadonlyMap<string, Notification>;
}

/** What was recorded before. */
type Recorded = Pick<NotificationsByTime, 'each' | 'has' | 'madeBy'>;

interface Event {
  readonly change: SecurityInfoChange;
  readonly time: number;
  readonly user: string;
}

/**
 * Finds who changes more than `limit` users within an hour. Such changes are told as bulk, and once
 * for each initiator and clock hour there is a summary. Its key is made from these two, so that
 * whoever comes second finds it among `existing`, which reaches back `bulkWindowMs`. Pure.
 */
export function guardBulk(
  inserts: readonly Notification[],
  existing: Recorded,
  limit: number,
  now: Date,
): Guarded {
  // Nearly always: what people do themselves needs no counting.
  if (inserts.every(({ changes: [first] }) => !first || !makerOf(first))) {
    return { inserts, summaries: new Map() };
  }
  const crowds = findCrowds(inserts, existing, limit);
  if (crowds.size === 0) return { inserts, summaries: new Map() };
  const bulk = new Set([...crowds.values()].flat().map(({ change }) => change));
  const known = new Set<string>();
  const summaries = new Map<string, Notification>();
  const guarded = inserts.map((insert) => {
    const [first] = insert.changes;
    const crowd = first && crowds.get(crowdOf(first));
    const whole = insert.changes.every((change) => bulk.has(change));
    if (!crowd || !whole || insert.state !== 'pending') return insert;
    const summary = summarise(first, crowd, now);
    if (!known.has(summary.key) && !existing.has(summary.key)) summaries.set(insert.key, summary);
    known.add(summary.key);
    return { ...insert, urgent: false, bulk: true };
  });
  return { inserts: guarded, summaries };
}

/**
 * Whom and what a change is counted with. Passes and resets are counted by themselves: a few harmless
 * changes of others must not make the one that matters one of very many.
 */
function crowdOf(change: SecurityInfoChange): string {
  const initiator = makerOf(change);
  if (!initiator) return '';
  const isPass = change.method === 'temporaryAccessPass' && change.action === 'registered';
  const what = isPass ? ' pass' : change.action === 'passwordReset' ? ' reset' : '';
  return `${initiator}${what}`;
}

/**
 * Crowd → those of its changes that are in any hour with too many users, oldest first. Only those that
 * the inserts are part of: of what there is, which may be thousands, nearly all is by people themselves.
 */
function findCrowds(
  inserts: readonly Notification[],
  existing: Recorded,
  limit: number,
): Map<string, Event[]> {
  const made = new Map(
    inserts.flatMap(({ changes }) => changes.map((one) => [crowdOf(one), []] as const)),
  ) as Map<string, SecurityInfoChange[]>;
  made.delete('');
  const makers = new Set(
    inserts.flatMap(({ changes }) => changes.flatMap((one) => makerOf(one) ?? [])),
  );
  const before = [...makers].flatMap((maker) => existing.madeBy(maker));
  const rows = new Map(
    [...before.map(({ notification }) => notification), ...inserts].map((row) => [row.key, row]),
  );
  for (const { changes } of rows.values()) {
    for (const change of changes) made.get(crowdOf(change))?.push(change);
  }
  const large = [...made].filter(([, changes]) => changes.length > limit);
  const crowds = new Map<string, Event[]>();
  if (large.length === 0) return crowds;
  const isNameless = large.some(([, changes]) => changes.some(({ target }) => !target.id));
  const ids = isNameless ? idsOf(inserts, existing) : new Map<string, string>();
  for (const [initiator, changes] of large) {
    const events = changes.map((change): Event => {
      const upn = upnOf(change.target);
      const user = change.target.id?.toLowerCase() ?? ids.get(upn) ?? upn;
      return { change, time: Date.parse(change.time), user };
    });
    const crowd = crowded(events, limit);
    if (crowd.length > 0) crowds.set(initiator, crowd);
  }
  return crowds;
}

/** The ids of those whose names some row tells. */
function idsOf(inserts: readonly Notification[], existing: Recorded): Map<string, string> {
  const all = [...existing.each()].map(({ notification }) => notification);
  return new Map(
    [...all.filter(({ summary }) => !summary), ...inserts].flatMap(({ changes }) =>
      changes.flatMap(({ target }) => {
        return target.id ? [[upnOf(target), target.id.toLowerCase()] as const] : [];
      }),
    ),
  );
}

const upnOf = (target: SecurityInfoChange['target']) =>
  target.userPrincipalName?.toLowerCase() ?? '';

/** Events in any hour that has more than `limit` users. */
function crowded(events: readonly Event[], limit: number): Event[] {
  const sorted = [...events].sort((one, other) => one.time - other.time);
  const users = new Map<string, number>();
  const found = new Set<Event>();
  let first = 0;
  for (const [last, { time, user }] of sorted.entries()) {
    users.set(user, (users.get(user) ?? 0) + 1);
    for (let oldest = sorted[first]; oldest && time - oldest.time > bulkWindowMs; ) {
      const left = (users.get(oldest.user) ?? 0) - 1;
      if (left > 0) users.set(oldest.user, left);
      else users.delete(oldest.user);
      first += 1;
      oldest = sorted[first];
    }
    if (users.size <= limit) continue;
    // All of the window, back to what an earlier window has put in already.
    for (let at = last; at >= first; at -= 1) {
      const event = sorted[at];
      if (!event || found.has(event)) break;
      found.add(event);
    }
  }
  return [...found].sort((one, other) => one.time - other.time);
}

/** One mail to the security team. Its changes are the one that tripped the guard. */
function summarise(trip: SecurityInfoChange, crowd: readonly Event[], now: Date): Notification {
  const hour = `${trip.time.slice(0, 13)}:00:00Z`;
  return {
    ...notificationRef(hour, `bulk ${crowdOf(trip)}`),
    ...untried(now),
    urgent: true,
    target: trip.target,
    changes: [trip],
    summary: {
      users: new Set(crowd.map(({ user }) => user)).size,
      from: crowd[0]?.change.time ?? trip.time,
      to: crowd.at(-1)?.change.time ?? trip.time,
      accounts: firstAccounts(crowd),
      kinds: kindsOf(crowd),
    },
    // Any mailbox: one mail an hour needs no slot.
    sender: '',
  };
}

/** A mail lists no more: a row of the table holds these, too. */
const mostAccounts = 20;

const firstAccounts = (crowd: readonly Event[]): string[] =>
  [
    ...new Set(
      crowd.flatMap(({ change }) => change.target.userPrincipalName ?? change.target.id ?? []),
    ),
  ].slice(0, mostAccounts);

const kindsOf = (crowd: readonly Event[]) => [
  ...new Map(
    crowd.map(({ change: { action, method } }) => [`${action} ${method}`, { action, method }]),
  ).values(),
];
