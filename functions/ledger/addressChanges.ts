import * as z from 'zod/mini';
import { once } from '../once.ts';
import type { WrittenAddresses } from '../recognise/addressChange.ts';
import { keyTime, shortHash } from './keys.ts';
import { parsedJson } from './lanes.ts';
import type { Entity, Query } from './store.ts';

/** What was written over people's addresses, by person and time. */
export const addressPartition = 'addresses';

export const addressEntity = (
  { userId, auditId, at, before, after }: WrittenAddresses,
  now: Date,
): Entity => ({
  partitionKey: addressPartition,
  rowKey: `${shortHash(userId)}~${keyTime(at)}~${shortHash(auditId)}`,
  userId,
  before: JSON.stringify(before),
  after: JSON.stringify(after),
  at,
  keptAt: now.toISOString(),
});

/** All of one person since then. */
export function addressesOf(userId: string, since: Date): Query {
  const person = shortHash(userId.toLowerCase());
  return {
    partitions: { from: addressPartition, to: addressPartition },
    keys: [{ from: `${person}~${keyTime(since.toISOString())}`, to: `${person}~~` }],
  };
}

const addresses = z.pipe(z.pipe(z.string(), z.transform(parsedJson)), z.array(z.string()));
const stored = once(() => z.object({ at: z.string(), before: addresses, after: addresses }));

/** Reads a change back; undefined where other hands wrote it. */
export const storedAddresses = (row: unknown): z.output<ReturnType<typeof stored>> | undefined =>
  stored().safeParse(row).data;
