import * as z from 'zod';
import type { Entity } from './entity.ts';
import { shortHash } from './keys.ts';

/** Which notifications one manager gets a copy of on one UTC day. */
export interface ManagerCopies {
  readonly rowKey: string;
  /** Hashes of the notifications' keys, in the order in which they were counted. */
  readonly given: readonly string[];
}

/** Apart from `state`, all of which each poll reads. Row keys begin with the day. */
export const copiesPartition = 'copies';

/** The row of a manager and day. The address is hashed: the ledger's keys hold none. */
export const copiesKey = (address: string, now: Date): string =>
  `${now.toISOString().slice(0, 10)}~${shortHash(address.toLowerCase())}`;

export const copiesEntity = ({ rowKey, given }: ManagerCopies): Entity => ({
  partitionKey: copiesPartition,
  rowKey,
  given: given.join(' '),
});

const stored = z.object({ rowKey: z.string(), etag: z.string(), given: z.string() });

/** Reads the row back. */
export function storedCopies(entity: unknown): { copies: ManagerCopies; etag: string } {
  const { rowKey, etag, given } = stored.parse(entity);
  return { copies: { rowKey, given: given.split(' ') }, etag };
}
