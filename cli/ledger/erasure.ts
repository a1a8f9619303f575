import { rereadMs } from '../../functions/intake/sweep.ts';
import { addressPartition, storedAddresses } from '../../functions/ledger/addressChanges.ts';
import { anyDay, keyTime, shortHash } from '../../functions/ledger/keys.ts';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import { asidePartition } from '../../functions/ledger/ledgerState.ts';
import { allCopies } from '../../functions/ledger/managerCopies.ts';
import {
  isFinal,
  type Notification,
  type StoredNotification,
} from '../../functions/ledger/notification.ts';
import type { AppState } from '../../functions/ledger/progress.ts';
import { has, partition, type Query, type StoredRow } from '../../functions/ledger/store.ts';
import { distrustMs, forgotten } from '../../functions/people/otherAddresses.ts';
import { everyNotification, type Identity, isThem, namedIn, withoutThem } from './identity.ts';

/** What an erasure is to touch, and what it leaves. Rows as they were read: each is written once. */
export interface Erasure {
  /** Audit records before this can't be read again. */
  readonly rereadFrom: string;
  /** Notifications to the person, all final: deleted. */
  readonly own: readonly StoredNotification[];
  /** Notifications of others that name the person: without them from now on. */
  readonly mentions: readonly StoredNotification[];
  /** Not final, of or by the person: left. */
  readonly open: readonly Notification[];
  /** Notifications that this version can't read and that hold a word for the person: left. */
  readonly unreadable: readonly StoredRow[];
  /** Audit rows behind `own`. Too old to be read again: deleted; the others are blanked. */
  readonly oldAudits: readonly StoredRow[];
  readonly youngAudits: readonly StoredRow[];
  /** Kept aside, with text that names the person; likewise. */
  readonly oldAside: readonly StoredRow[];
  readonly youngAside: readonly StoredRow[];
  /** What was written over their addresses: deleted where it no longer counts, else kept as hashes. */
  readonly oldAddresses: readonly StoredRow[];
  readonly youngAddresses: readonly StoredRow[];
  /** Copies counted for the person as a manager: deleted. */
  readonly copies: readonly StoredRow[];
}

const marginMs = 60_000;
const minuteMs = 60_000;

/** From when on the next polls and the daily reading may read the audit log again. */
function rereadFrom({ polls, chores }: AppState, overlapMinutes: number, now: Date): string {
  const reads = Object.values(polls).flatMap(({ value: { watermark, resumeFrom } }) => [
    Date.parse(watermark) - overlapMinutes * minuteMs,
    Date.parse(resumeFrom ?? watermark),
  ]);
  const goesOn = [chores?.resumeFrom, chores?.updateUserFrom].flatMap((from) =>
    from ? Date.parse(from) : [],
  );
  const from = Math.min(now.getTime() - rereadMs, ...reads, ...goesOn) - marginMs;
  return keyTime(new Date(from).toISOString());
}

/** Finds everything that the ledger holds of a person. Writes nothing. */
export async function planErasure(
  them: Identity,
  ledger: Ledger,
  overlapMinutes: number,
  now: Date,
): Promise<Erasure> {
  const from = rereadFrom(await ledger.readState(), overlapMinutes, now);
  const own: StoredNotification[] = [];
  const mentions: StoredNotification[] = [];
  const open: Notification[] = [];
  const unreadable: StoredRow[] = [];
  const words = [...(them.id ? [them.id] : []), ...them.userPrincipalNames];
  const names = (text: string) => words.some((word) => text.toLowerCase().includes(word));
  const leave = (row: StoredRow) => names(JSON.stringify(row)) && unreadable.push(row);
  for await (const stored of everyNotification(ledger, leave)) {
    const { notification } = stored;
    if (!namedIn(notification).some((named) => isThem(them, named))) continue;
    const isTheirs = isThem(them, notification.target) && !notification.summary;
    if (!isFinal(notification.state)) open.push(notification);
    else (isTheirs ? own : mentions).push(stored);
  }
  const keys = new Set(own.map(({ notification: { key } }) => key));
  const audits = await rowsWhere(ledger, everyAudit, ({ notificationKey }) =>
    keys.has(String(notificationKey)),
  );
  const isOld = (row: StoredRow) => row.rowKey < from;
  const aside = await rowsWhere(ledger, partition(asidePartition), ({ raw }) => names(String(raw)));
  // A record is kept aside after it was made.
  const isOldAside = ({ keptAt }: StoredRow) => keyTime(String(keptAt)) < from;
  const addresses = await rowsWhere(
    ledger,
    partition(addressPartition),
    ({ userId }) => them.id !== undefined && userId === them.id.toLowerCase(),
  );
  // Else whoever wrote an address in would have the mails sent there from now on.
  const distrusted = keyTime(new Date(now.getTime() - distrustMs).toISOString());
  const isOldAddress = ({ at }: StoredRow) =>
    keyTime(String(at)) < from && keyTime(String(at)) < distrusted;
  const hashes = [...them.userPrincipalNames].map(shortHash);
  const copies = await rowsWhere(ledger, allCopies, ({ rowKey }) =>
    hashes.some((hash) => rowKey.endsWith(`~${hash}`)),
  );
  return {
    rereadFrom: from,
    own,
    mentions,
    open,
    unreadable,
    oldAudits: audits.filter(isOld),
    youngAudits: audits.filter((row) => !isOld(row)),
    oldAside: aside.filter(isOldAside),
    youngAside: aside.filter((row) => !isOldAside(row)),
    oldAddresses: addresses.filter(isOldAddress),
    youngAddresses: addresses.filter((row) => !isOldAddress(row)),
    copies,
  };
}

const everyAudit: Query = { partitions: anyDay, where: [has('verdict')] };

async function rowsWhere(ledger: Ledger, query: Query, holds: (row: StoredRow) => boolean) {
  const found: StoredRow[] = [];
  for await (const row of ledger.store.query(query)) if (holds(row)) found.push(row);
  return found;
}

/**
 * Erases what was planned. Notifications go last: audit rows are found by them, should it have to be
 * done again. Throws `LedgerConflict` where a row was moved meanwhile.
 */
export async function erase(plan: Erasure, them: Identity, ledger: Ledger): Promise<void> {
  const { store } = ledger;
  for (const { partitionKey, rowKey, etag, activity, service, verdict } of plan.youngAudits) {
    const blank = { partitionKey, rowKey, activity, service, verdict, auditId: '', why: 'erased' };
    await store.replace(blank, etag);
  }
  for (const { partitionKey, rowKey, etag, keptAt } of plan.youngAside) {
    await store.replace({ partitionKey, rowKey, keptAt, reason: 'erased', raw: '' }, etag);
  }
  for (const row of plan.youngAddresses) {
    const { partitionKey, rowKey, etag, at, keptAt } = row;
    const { before = [], after = [] } = storedAddresses(row) ?? {};
    const hashes = (list: readonly string[]) => JSON.stringify(list.map(forgotten));
    const lists = { before: hashes(before), after: hashes(after) };
    await store.replace({ partitionKey, rowKey, at, keptAt, userId: '', ...lists }, etag);
  }
  const { oldAudits, oldAside, oldAddresses, copies } = plan;
  for (const row of [...oldAudits, ...oldAside, ...oldAddresses, ...copies]) {
    await store.remove(row, row.etag);
  }
  for (const { notification, etag } of plan.mentions) {
    await ledger.replace(withoutThem(notification, them), etag);
  }
  for (const {
    notification: { day, key },
    etag,
  } of plan.own) {
    await store.remove({ partitionKey: day, rowKey: key }, etag);
  }
}
