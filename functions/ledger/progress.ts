import * as z from 'zod';
import type { Watch } from '../audit/readPages.ts';
import type { PollState } from '../audit/windows.ts';
import type { PermissionReport } from '../permissions/examine.ts';
import type { PermissionCheck } from '../permissions/watch.ts';
import type { Entity } from './entity.ts';

/** Mailbox → the time of its next free slot, ISO 8601. */
export type Slots = Readonly<Record<string, string>>;

/** The chores of a day: done, or to go on from a time of the log. */
export interface Chores {
  readonly day: string;
  readonly resumeFrom?: string;
}

/** Something stored, with the ETag that guards the next write. */
export interface Stored<T> {
  readonly value: T;
  readonly etag: string;
}

/** What the app remembers beside the ledger's days: partition `state`, read in one query. */
export interface AppState {
  readonly polls: Partial<Record<Watch, Stored<PollState>>>;
  readonly slots?: Stored<Slots>;
  readonly chores?: Chores;
  readonly permissions?: PermissionCheck;
}

export const statePartition = 'state';
const slotsKey = 'slots';
const choresKey = 'chores';
const permissionsKey = 'permissions';
const pollKeys: Readonly<Record<Watch, string>> = { watched: 'poll', updateUser: 'pollUpdateUser' };

const row = (rowKey: string, properties: object): Entity => ({
  partitionKey: statePartition,
  rowKey,
  ...properties,
});

export const pollEntity = (watch: Watch, poll: PollState): Entity => row(pollKeys[watch], poll);
export const slotsEntity = (slots: Slots): Entity =>
  row(slotsKey, { slots: JSON.stringify(slots) });
export const permissionsEntity = ({ at, report }: PermissionCheck): Entity =>
  row(permissionsKey, { at, report: JSON.stringify(report) });
export const choresEntity = (chores: Chores): Entity => row(choresKey, chores);

const etag = z.string();
const storedPoll = z
  .object({
    etag,
    startedAt: z.string(),
    watermark: z.string(),
    polledAt: z.string(),
    resumeFrom: z.string().exactOptional(),
  })
  .transform(({ etag, ...value }): Stored<PollState> => ({ etag, value }));
const storedSlots = z
  .object({
    etag,
    slots: z
      .string()
      .transform((text): unknown => JSON.parse(text))
      .pipe(z.record(z.string(), z.string())),
  })
  .transform(({ etag, slots }): Stored<Slots> => ({ etag, value: slots }));
const storedChores = z.object({ day: z.string(), resumeFrom: z.string().exactOptional() });

const storedPermissions = z.object({
  at: z.string(),
  report: z.string().transform((text) => JSON.parse(text) as PermissionReport),
});

/** Puts the rows of the partition together. Throws where they were changed by other hands. */
export function appState(rows: readonly { readonly rowKey?: string }[]): AppState {
  const of = (key: string) => rows.find(({ rowKey }) => rowKey === key);
  const [watched, updateUser] = [of(pollKeys.watched), of(pollKeys.updateUser)];
  const [slots, chores, permissions] = [of(slotsKey), of(choresKey), of(permissionsKey)];
  return {
    polls: {
      ...(watched && { watched: storedPoll.parse(watched) }),
      ...(updateUser && { updateUser: storedPoll.parse(updateUser) }),
    },
    ...(slots && { slots: storedSlots.parse(slots) }),
    ...(chores && { chores: storedChores.parse(chores) }),
    ...(permissions && { permissions: storedPermissions.parse(permissions) }),
  };
}
