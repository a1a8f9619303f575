import { readNotifications } from '../../functions/ledger/entity.ts';
import { anyDay } from '../../functions/ledger/keys.ts';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import type { Notification, StoredNotification } from '../../functions/ledger/notification.ts';
import type { StoredRow } from '../../functions/ledger/store.ts';
import type { SecurityInfoChange } from '../../functions/recognise/change.ts';
import { samePerson } from '../../functions/recognise/initiator.ts';
import { UsageError } from '../command.ts';
import { isNotification } from './review.ts';

/** Somebody, as a row may name them. */
interface Named {
  readonly id?: string;
  readonly userPrincipalName?: string;
}

/** Everything that the ledger calls one person. In lower case. */
export interface Identity {
  readonly id: string | undefined;
  readonly userPrincipalNames: ReadonlySet<string>;
}

/** Whether a row names this person: by id, and only where it gives none, by user principal name. */
export const isThem = ({ id, userPrincipalNames }: Identity, named: Named): boolean =>
  id && named.id
    ? samePerson({ id }, named) === true
    : userPrincipalNames.has(named.userPrincipalName?.toLowerCase() ?? '');

/** All notifications, in the order of their keys. Rows that this version can't read go to `unreadable`. */
export async function* everyNotification(
  ledger: Ledger,
  unreadable: (row: StoredRow) => void = () => {},
): AsyncGenerator<StoredNotification> {
  const query = { partitions: anyDay, where: [isNotification] };
  for await (const row of ledger.store.query(query)) {
    const { notifications } = readNotifications([row]);
    if (notifications.length === 0) unreadable(row);
    yield* notifications;
  }
}

/**
 * Finds out what a person is called: a row with both id and user principal name joins them. Throws
 * `UsageError` where a user principal name has been that of several people.
 */
export async function identify(given: string, ledger: Ledger): Promise<Identity> {
  const wanted = given.trim().toLowerCase();
  const byName = wanted.includes('@');
  if (!byName && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(wanted)) {
    throw new UsageError(`--user is "${given}". Give an object id, or a user principal name`);
  }
  const namesOf = new Map<string, Set<string>>();
  for await (const { notification } of everyNotification(ledger)) {
    for (const { id, userPrincipalName } of namedIn(notification)) {
      if (!id || !userPrincipalName) continue;
      const names = namesOf.get(id.toLowerCase()) ?? new Set();
      namesOf.set(id.toLowerCase(), names.add(userPrincipalName.toLowerCase()));
    }
  }
  if (!byName) return { id: wanted, userPrincipalNames: namesOf.get(wanted) ?? new Set() };
  const ids = [...namesOf].filter(([, names]) => names.has(wanted)).map(([id]) => id);
  const [id, ...others] = ids;
  if (others.length > 0) {
    const choice = `Give one object id:\n  ${ids.join('\n  ')}`;
    throw new UsageError(`${ids.length} people have been called ${given}. ${choice}`);
  }
  return { id, userPrincipalNames: new Set([wanted, ...(namesOf.get(id ?? '') ?? [])]) };
}

/** Everybody whom a notification names: whose it is, who made a change, by a late row too, who is one of many. */
export const namedIn = ({ target, changes, summary }: Notification): Named[] => [
  target,
  ...changes.flatMap((change) => [
    change.target,
    // The id of an application is nobody's.
    ...[change.initiator, change.late?.initiator].flatMap((maker) =>
      maker && maker.kind !== 'application' ? maker : [],
    ),
  ]),
  ...(summary?.accounts ?? []).map((userPrincipalName) => ({ userPrincipalName })),
];

/** A notification of others, without what it says of a person. */
export function withoutThem(row: Notification, them: Identity): Notification {
  const { summary } = row;
  const accounts = summary?.accounts?.filter(
    (userPrincipalName) => !isThem(them, { userPrincipalName }),
  );
  return {
    ...row,
    target: isThem(them, row.target) ? {} : row.target,
    changes: row.changes.map((change) => changeWithout(change, them)),
    ...(summary && accounts && { summary: { ...summary, accounts } }),
  };
}

function changeWithout(change: SecurityInfoChange, them: Identity): SecurityInfoChange {
  const { initiator, late } = change;
  const { ipAddress: _, userAgent: __, ...rest } = change;
  const maker = late?.initiator;
  const acted = isThem(them, initiator);
  const actedLate = maker !== undefined && isThem(them, maker);
  const without = {
    ...(acted || actedLate ? rest : change),
    ...(acted && { initiator: { kind: initiator.kind } }),
    ...(actedLate && { late: { ...late, initiator: { kind: maker.kind } } }),
  };
  if (!isThem(them, change.target)) return without;
  // Rows and what they name lead to the person as well.
  const { evidence: ___, ...told } = without;
  return { ...told, target: {}, auditId: '', correlationId: '', details: {} };
}
