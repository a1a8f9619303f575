import * as z from 'zod';
import type { Watch } from '../audit/pages.ts';
import type { PollState } from '../audit/windows.ts';
import { shortHash } from './keys.ts';
import { type Lanes, type Pause, type Pauses, storedLanes } from './lanes.ts';
import type { Entity } from './store.ts';

/** The chores of a day: done, or to go on from a time of the log, for each query from its own. */
export interface Chores {
  readonly day: string;
  readonly resumeFrom?: string;
  readonly updateUserFrom?: string;
}

/** What the last check of the permissions found, and when: ISO 8601, UTC. The ledger keeps it as it is. */
export interface KeptReport {
  readonly at: string;
  readonly report: unknown;
}

/** Something stored, with the ETag that guards the next write. */
export interface Stored<T> {
  readonly value: T;
  readonly etag: string;
}

/** What the app remembers beside the ledger's days: partition `state`, read in one query. */
export interface AppState {
  readonly polls: Partial<Record<Watch, Stored<PollState>>>;
  readonly lanes?: Stored<Lanes>;
  readonly pauses: Pauses;
  readonly chores?: Chores;
  readonly permissions?: KeptReport;
}

export const statePartition = 'state';
/** The number is that of their shape: another version's are no obstacle. */
const lanesKey = 'lanes2';
const choresKey = 'chores';
const permissionsKey = 'permissions';
const pauseKey = 'pause~';
const pollKeys: Readonly<Record<Watch, string>> = { watched: 'poll', updateUser: 'pollUpdateUser' };

const row = (rowKey: string, properties: object): Entity => ({
  partitionKey: statePartition,
  rowKey,
  ...properties,
});

export const pollEntity = (watch: Watch, poll: PollState): Entity => row(pollKeys[watch], poll);
/** A string of a row holds 32 K characters. */
const mostCharacters = 30_000;

export function lanesEntity(lanes: Lanes): Entity {
  const text = JSON.stringify(lanes);
  const parts: Record<string, string> = {};
  for (let at = 0; at < text.length; at += mostCharacters) {
    parts[`lanes${at / mostCharacters}`] = text.slice(at, at + mostCharacters);
  }
  return row(lanesKey, parts);
}
export const pauseRef = (mailbox: string): Entity => row(`${pauseKey}${shortHash(mailbox)}`, {});
export const permissionsEntity = ({ at, report }: KeptReport): Entity =>
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
const storedLanesRow = z.looseObject({ etag }).transform(({ etag, ...row }): Stored<Lanes> => {
  const parts: unknown[] = [];
  for (let part = 0; `lanes${part}` in row; part += 1) parts.push(row[`lanes${part}`]);
  return { etag, value: storedLanes.parse(parts.join('')) };
});
const pauseRow = z
  .object({
    mailbox: z.string(),
    etag,
    until: z.string(),
    perMinute: z.number().exactOptional(),
    noted: z.string(),
  })
  .transform(({ mailbox, etag, ...value }) => [mailbox, { etag, value }] as const);
/** Reads a pause back. */
export const storedPause = (entity: unknown): Stored<Pause> => pauseRow.parse(entity)[1];
const storedChores = z.object({
  day: z.string(),
  resumeFrom: z.string().exactOptional(),
  updateUserFrom: z.string().exactOptional(),
});

const storedPermissions = z.object({
  at: z.string(),
  report: z.string().transform((text) => JSON.parse(text) as unknown),
});

/** Puts the rows of the partition together. Throws where they were changed by other hands. */
export function appState(rows: readonly { readonly rowKey?: string }[]): AppState {
  const of = (key: string) => rows.find(({ rowKey }) => rowKey === key);
  const [watched, updateUser] = [of(pollKeys.watched), of(pollKeys.updateUser)];
  const [lanes, chores, permissions] = [of(lanesKey), of(choresKey), of(permissionsKey)];
  return {
    polls: {
      ...(watched && { watched: storedPoll.parse(watched) }),
      ...(updateUser && { updateUser: storedPoll.parse(updateUser) }),
    },
    pauses: Object.fromEntries(
      rows.flatMap((one) => {
        if (!one.rowKey?.startsWith(pauseKey)) return [];
        const [mailbox, { value }] = pauseRow.parse(one);
        return [[mailbox, value] as const];
      }),
    ),
    ...(lanes && { lanes: storedLanesRow.parse(lanes) }),
    ...(chores && { chores: storedChores.parse(chores) }),
    ...(permissions && { permissions: storedPermissions.parse(permissions) }),
  };
}
