import { readNotifications, type UnreadableRow } from '../../functions/ledger/entity.ts';
import { anyDay, keyTime, type RowRef, reference } from '../../functions/ledger/keys.ts';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import type { StoredNotification } from '../../functions/ledger/notification.ts';
import { type Condition, has, partition, type StoredRow } from '../../functions/ledger/store.ts';
import { UsageError } from '../command.ts';
import { dayOf } from './times.ts';

/** Only notifications have a state. */
export const isNotification: Condition = has('state');

/**
 * Notifications of activities since a time, newest first, a day in memory at a time, that meet a
 * condition. What this version can't read goes to `unreadable`, and stops nothing.
 */
export async function* newestFirst(
  ledger: Ledger,
  since: Date,
  now: Date,
  unreadable: UnreadableRow[],
  condition = isNotification,
): AsyncGenerator<StoredNotification> {
  const from = keyTime(since.toISOString());
  // The log's clock may be ahead of ours.
  for (let back = -1; ; back += 1) {
    const day = dayOf(now, -back);
    if (day < from.slice(0, 10)) return;
    const rows: StoredRow[] = [];
    const query = { ...partition(day), keys: [{ from }], where: [condition] };
    for await (const row of ledger.store.query(query)) rows.push(row);
    const read = readNotifications(rows);
    unreadable.push(...read.unreadable);
    yield* read.notifications.toReversed();
  }
}

/** Rows that this version can't read, in words; none where there is none. */
export const sayUnreadable = (rows: readonly UnreadableRow[]): string[] =>
  rows.map(
    ({ row, code }) =>
      `The row ${row.key} can't be read (${code}): another version wrote it, or other hands did.`,
  );

/** The same for programs. */
export const unreadableRows = (rows: readonly UnreadableRow[]) =>
  rows.map(({ row: { day, key }, code: property }) => ({ day, key, property }));

/** A reference as it may be typed: in any case, with or without its dash, O for 0 and I or L for 1. */
function readReference(given: string): string | undefined {
  const typed = given.trim().toUpperCase().replaceAll(/[-\s]/g, '');
  const read = typed.replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]{8}$/.test(read) ? `${read.slice(0, 4)}-${read.slice(4)}` : undefined;
}

const rowKey = /^(\d{4}-\d\d-\d\d)T[\d:.]+Z~n~[0-9A-Z]{16}$/;

/**
 * Finds a notification by its reference, or by its row key. A reference is the beginning of a hash,
 * which no query can look up: all keys are looked through, the newest first. Throws `UsageError`,
 * which says how far it looked.
 */
export async function findNotification(
  given: string,
  ledger: Ledger,
  now: Date,
  since?: Date,
): Promise<StoredNotification> {
  const [, day] = rowKey.exec(given.trim()) ?? [];
  if (day) {
    const stored = await ledger.get({ day, key: given.trim() });
    if (stored) return stored;
    throw new UsageError(`The ledger has no row ${given.trim()}`);
  }
  const wanted = readReference(given);
  if (!wanted) {
    const fix = 'Give what the mail says, such as 7F3K-9Q2M, or the row key of a notification';
    throw new UsageError(`"${given}" is no reference. ${fix}`);
  }
  for await (const rows of keysNewestFirst(ledger, isNotification, now, since)) {
    const found = rows.filter((row) => reference(row) === wanted);
    const [first, ...more] = found;
    if (more.length > 0) {
      const keys = found.map(({ key }) => key).join('\n  ');
      throw new UsageError(
        `${found.length} notifications have this reference. Give one key:\n  ${keys}`,
      );
    }
    const stored = first && (await ledger.get(first));
    if (stored) return stored;
  }
  throw new UsageError(`The ledger has no notification ${wanted}. ${howFar(since)}`);
}

/** What a search without a result has looked at. */
const howFar = (since?: Date): string =>
  since
    ? `Looked at every day since ${dayOf(since)}; without --since all that it holds is looked at`
    : 'Looked at every day that it holds (RETENTION_DAYS)';

/** Ever longer spans of days, for what is looked for is mostly new: where each begins, in days ago. */
const spans = [1, 8, 40, Number.POSITIVE_INFINITY];

/** The keys of rows that meet a condition, in spans of days, the newest first. */
async function* keysNewestFirst(
  ledger: Ledger,
  condition: Condition,
  now: Date,
  since?: Date,
): AsyncGenerator<RowRef[]> {
  const oldest = since ? dayOf(since) : '0';
  // Days begin with a digit, the other partitions with a letter.
  let { before }: { before: string } = anyDay;
  for (const days of spans) {
    const start = Number.isFinite(days) ? dayOf(now, -days) : oldest;
    const [from = oldest] = [start, oldest].sort().slice(-1);
    const found: RowRef[] = [];
    const query = { partitions: { from, before }, where: [condition], select: [] };
    for await (const { partitionKey: day, rowKey: key } of ledger.store.query(query)) {
      found.push({ day, key });
    }
    yield found;
    if (from === oldest) return;
    before = from;
  }
}
