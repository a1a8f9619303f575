import * as z from 'zod/mini';
import type { LookUps } from '../audit/pacer.ts';
import type { Watch } from '../audit/pages.ts';
import type { PollState } from '../audit/windows.ts';
import { once } from '../once.ts';
import { UnreadableRow } from './entity.ts';
import { dayMs, dayOf, shortHash } from './keys.ts';
import type { Lanes, Pause, Pauses } from './lanes.ts';
import { parsedJson } from './lanes.ts';
import { lanesText, storedLanes } from './lanesText.ts';
import type { Entity, StoredRow } from './store.ts';

/** The chores of a day: done, or to go on from a time of the log, for each query from its own. */
export interface Chores {
  readonly day: string;
  readonly resumeFrom?: string;
  readonly updateUserFrom?: string;
  /** Key of the notification up to which the last sweep came in its time, where it did not see all. */
  readonly sweptTo?: string;
}

/** Whether the daily reading of the log is over: it begins with the UTC day, and may take more than one run. */
export const isDayDone = (chores: Chores | undefined, now: Date): boolean =>
  chores?.day === dayOf(now.getTime()) &&
  chores.resumeFrom === undefined &&
  chores.updateUserFrom === undefined;

/** Whether nobody does the daily reading: the last was that of the day before yesterday, or earlier. */
const isLeft = (chores: Chores | undefined, now: Date): boolean =>
  chores !== undefined && chores.day < dayOf(now.getTime() - dayMs);

/** Whether polls have Graph's requests to themselves: the daily reading is over, or nobody does it. */
export const pollsAlone = (chores: Chores | undefined, now: Date): boolean =>
  isDayDone(chores, now) || isLeft(chores, now);

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
  /** Rows that this version can't read, and does without. */
  readonly unreadable: readonly UnreadableRow[];
}

export const statePartition = 'state';
/** The number is that of their shape: another version's are no obstacle. */
const lanesKey = 'lanes2';
const choresKey = 'chores';
const permissionsKey = 'permissions';
const lookUpsKey = 'lookUps';
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
  const text = lanesText(lanes);
  const parts: Record<string, string> = {};
  for (let at = 0; at < text.length; at += mostCharacters) {
    parts[`lanes${at / mostCharacters}`] = text.slice(at, at + mostCharacters);
  }
  return row(lanesKey, parts);
}
export const pauseRef = (mailbox: string): Entity => row(`${pauseKey}${shortHash(mailbox)}`, {});
export const lookUpsRef: Entity = row(lookUpsKey, {});
export const lookUpsEntity = ({ at, noneUntil }: LookUps): Entity =>
  row(lookUpsKey, { at: at.map(iso).join(' '), noneUntil: iso(noneUntil) });
export const permissionsEntity = ({ at, report }: KeptReport): Entity =>
  row(permissionsKey, { at, report: JSON.stringify(report) });
export const choresEntity = (chores: Chores): Entity => row(choresKey, chores);

const iso = (time: number) => new Date(time).toISOString();

const etag = z.string();

const storedPoll = z.pipe(
  z.object({
    etag,
    startedAt: z.string(),
    watermark: z.string(),
    polledAt: z.string(),
    resumeFrom: z.exactOptional(z.string()),
  }),
  z.transform(({ etag, ...value }): Stored<PollState> => ({ etag, value })),
);
const pauseRow = once(() =>
  z.pipe(
    z.object({
      mailbox: z.string(),
      etag,
      until: z.string(),
      perMinute: z.exactOptional(z.number()),
      noted: z.string(),
    }),
    z.transform(({ mailbox, etag, ...value }) => [mailbox, { etag, value }] as const),
  ),
);
/** Reads a pause back. */
export const storedPause = (entity: unknown): Stored<Pause> => pauseRow().parse(entity)[1];

/** Reads them back. What can't be read is done without: the next one writes over it. */
export function storedLookUps({ etag, at, noneUntil }: StoredRow): Stored<LookUps> {
  const times = String(at ?? '')
    .split(' ')
    .map(Date.parse);
  return {
    etag,
    value: {
      at: times.filter((time) => !Number.isNaN(time)),
      noneUntil: Date.parse(String(noneUntil)) || 0,
    },
  };
}

const storedChores = once(() =>
  z.object({
    day: z.string(),
    resumeFrom: z.exactOptional(z.string()),
    updateUserFrom: z.exactOptional(z.string()),
    sweptTo: z.exactOptional(z.string()),
  }),
);

const storedPermissions = once(() =>
  z.object({
    at: z.string(),
    report: z.pipe(z.string(), z.transform(parsedJson)),
  }),
);

function readLanes({ etag, ...row }: StoredRow): Stored<Lanes> | undefined {
  const parts: unknown[] = [];
  for (let part = 0; `lanes${part}` in row; part += 1) parts.push(row[`lanes${part}`]);
  const value = storedLanes().safeParse(parts.join('')).data;
  return value && { etag, value };
}

/**
 * Puts the rows of the partition together. What can't be read is done without: lanes begin empty and are
 * written over, a pause is over, a day's chores are done again. How far reading has come is not to be
 * guessed: without it this throws `UnreadableRow`.
 */
export function appState(rows: readonly StoredRow[]): AppState {
  const unreadable: UnreadableRow[] = [];
  const aside = ({ partitionKey: day, rowKey: key }: StoredRow) => {
    unreadable.push(new UnreadableRow({ day, key }, key));
    return undefined;
  };
  const poll = (row: StoredRow): Stored<PollState> => {
    const read = storedPoll.safeParse(row).data;
    if (read) return read;
    throw new UnreadableRow({ day: row.partitionKey, key: row.rowKey }, row.rowKey);
  };
  const of = (key: string) => rows.find(({ rowKey }) => rowKey === key);
  const [watched, updateUser] = [of(pollKeys.watched), of(pollKeys.updateUser)];
  const [lanes, chores, permissions] = [of(lanesKey), of(choresKey), of(permissionsKey)];
  const choresRead = chores && (storedChores().safeParse(chores).data ?? aside(chores));
  const permissionsRead =
    permissions && (storedPermissions().safeParse(permissions).data ?? aside(permissions));
  return {
    polls: {
      ...(watched && { watched: poll(watched) }),
      ...(updateUser && { updateUser: poll(updateUser) }),
    },
    pauses: Object.fromEntries(
      rows.flatMap((one) => {
        if (!one.rowKey.startsWith(pauseKey)) return [];
        const [mailbox, pause] = pauseRow().safeParse(one).data ?? aside(one) ?? [];
        return mailbox !== undefined && pause ? [[mailbox, pause.value] as const] : [];
      }),
    ),
    ...(lanes && { lanes: readLanes(lanes) ?? aside(lanes) ?? { value: {}, etag: lanes.etag } }),
    ...(choresRead && { chores: choresRead }),
    ...(permissionsRead && { permissions: permissionsRead }),
    unreadable,
  };
}
