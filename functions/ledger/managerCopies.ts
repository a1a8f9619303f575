import * as z from 'zod/mini';
import { once } from '../once.ts';
import { anyDay, dayOf, type RowRef, shortHash } from './keys.ts';
import type { Entity, Query } from './store.ts';

/** Which notifications one manager gets a copy of on one UTC day. */
export interface ManagerCopies extends RowRef {
  /** Hashes of the notifications' keys, in the order in which they were counted. */
  readonly given: readonly string[];
}

/** Sorts before every time, so that no query for a span of time reads it. */
const prefix = '!copies~';

/** Every such row. */
export const allCopies: Query = {
  partitions: anyDay,
  keys: [{ from: prefix, before: `${prefix}~` }],
};

/**
 * The row of a manager and day. It lies among the notifications of that day, so that a copy can be
 * counted in the transaction that claims one of them. The address is hashed: the ledger's keys hold
 * none.
 */
export const copiesRef = (address: string, now: Date): RowRef => ({
  day: dayOf(now.getTime()),
  key: `${prefix}${shortHash(address.toLowerCase())}`,
});

export const copiesEntity = ({ day, key, given }: ManagerCopies): Entity => ({
  partitionKey: day,
  rowKey: key,
  given: given.join(' '),
});

const stored = once(() =>
  z.object({
    partitionKey: z.string(),
    rowKey: z.string(),
    etag: z.string(),
    given: z.string(),
  }),
);

/** The row as it is stored, with its ETag. */
export interface StoredCopies {
  readonly copies: ManagerCopies;
  readonly etag: string;
}

/** Reads the row back. */
export function storedCopies(entity: unknown): StoredCopies {
  const { partitionKey: day, rowKey: key, etag, given } = stored().parse(entity);
  return { copies: { day, key, given: given.split(' ') }, etag };
}
