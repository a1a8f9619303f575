import { notificationRef, type RowRef } from '../ledger/keys.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type Notification, untried } from '../ledger/notification.ts';
import { mailAddress } from '../people/address.ts';
import type { Person } from '../people/directory.ts';
import { distrustMs, otherAddresses } from '../people/otherAddresses.ts';
import type { Known } from './lookUp.ts';
import { isRefusedFor, isRiskyFor, type PreparingRoom, prepareFound } from './prepare.ts';
import { ended, go, type Step } from './step.ts';

/** What writing to other addresses needs. */
export interface OthersRoom extends PreparingRoom {
  readonly ledger: Pick<Ledger, 'get' | 'readAddresses'>;
  readonly dryRun: boolean;
}

interface Task {
  readonly row: Notification;
  readonly found: Known;
}

/**
 * How long after its change is known a mail to other addresses waits, in ms. Whoever takes an account over may
 * write their address in first: by then the poll has read the row that says so.
 */
const waitMs = 15 * 60_000;

/**
 * Sees to a person's other addresses, where the settings want them told. Beside a mail to others, it has a
 * notification made that finds the addresses out later; where nobody else can be told, it turns the
 * notification itself to the first of them. Each address has a notification of its own, so none sees
 * another, and each is sent once.
 */
export async function withOthers<T extends Task>(task: T, room: OthersRoom): Promise<Step<T>> {
  const { row, found } = task;
  const { settings, now, dryRun } = room;
  if (found.kind !== 'known' || found.person === 'deleted' || row.otherAddress) return go(task);
  const { person } = found;
  if (row.followUp === 'other') {
    const addresses =
      settings.NOTIFY_OTHER_MAILS === 'never' ? [] : await addressesOf(person, room);
    const main = row.of && (await room.ledger.get(row.of));
    const told = main?.notification.changes.filter(({ held }) => !held) ?? [];
    const changes = told.length > 0 ? told : row.changes;
    return addresses.length > 0
      ? turned({ ...row, changes }, addresses, now())
      : ended(row, { state: 'suppressed', reason: 'noOtherAddress' }, now());
  }
  if (dryRun || row.hasOther || row.test || row.followUp || !isWanted(found, person, room)) {
    return go(task);
  }
  const prepared = prepareFound(row, found, room);
  if (prepared.kind === 'nobody' && prepared.ending.state !== 'undeliverable') return go(task);
  const at = now();
  const known = new Date(Date.parse(row.recordedAt) + waitMs);
  if (prepared.kind === 'nobody' && at < known) {
    return { kind: 'later', at: known, write: { ...row, notBefore: known.toISOString() } };
  }
  const addresses = await addressesOf(person, room);
  if (addresses.length === 0) return go(task);
  if (prepared.kind === 'nobody') return turned(row, addresses, at);
  const insert: Notification = {
    ...beside(row, 'other', new Date(at.getTime() + waitMs), at),
    urgent: false,
    of: { day: row.day, key: row.key },
  };
  return { kind: 'later', at, write: { ...row, hasOther: true }, insert };
}

function isWanted(found: Extract<Known, { kind: 'known' }>, person: Person, room: OthersRoom) {
  const { NOTIFY_OTHER_MAILS: when, WATCHED_GROUPS } = room.settings;
  const { changes } = found.row;
  const own = mailAddress(person.mail);
  const hasMailbox = own !== undefined && !isRefusedFor(found.row)(own);
  switch (when) {
    case 'never':
      return false;
    case 'always':
      return true;
    case 'withoutMailbox':
      return !hasMailbox;
    case 'risky':
      return !hasMailbox || isRiskyFor(changes, person, WATCHED_GROUPS);
  }
}

async function addressesOf(person: Person, { ledger, now }: OthersRoom): Promise<string[]> {
  const since = new Date(now().getTime() - distrustMs);
  return otherAddresses(person, await ledger.readAddresses(person.id, since), now());
}

/** The notification goes to the first address, and to each of the others goes one of its own: all or none. */
function turned(
  row: Notification,
  [first = '', ...others]: readonly string[],
  now: Date,
): Step<never> {
  const together = others.map((address) => ({
    ...beside(row, `other ${address.toLowerCase()}`, now, now),
    otherAddress: address,
  }));
  return { kind: 'later', at: now, write: { ...row, otherAddress: first }, together };
}

/** A notification beside another, of the same day, to be sent for the first time. */
function beside(row: Notification, name: string, due: Date, now: Date): Notification {
  const { target, changes, sender, urgent, authenticatorWarning } = row;
  return {
    ...besideRef(row, name),
    ...untried(now, due),
    urgent,
    followUp: 'other',
    target,
    changes: changes.filter(({ held }) => !held),
    sender,
    ...(authenticatorWarning && { authenticatorWarning }),
  };
}

/** The same name beside the same row is the same key, whoever comes second. */
const besideRef = ({ day, key }: RowRef, name: string): RowRef => ({
  day,
  key: notificationRef(key.slice(0, key.indexOf('~')), `${name} ${key}`).key,
});
