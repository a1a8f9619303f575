import {
  RestError,
  type TableClient,
  type TableEntityResult,
  type TransactionAction,
} from '@azure/data-tables';
import type { Unparsable } from '../audit/auditRecord.ts';
import type { Watch } from '../audit/readPages.ts';
import type { PollState } from '../audit/windows.ts';
import type { PermissionCheck } from '../permissions/watch.ts';
import { absent, guarded, LedgerConflict } from './conflict.ts';
import { deleteBefore } from './deleteBefore.ts';
import {
  type Entity,
  isNotificationKey,
  notificationEntity,
  type SeenAudit,
  seenAudit,
  storedNotification,
} from './entity.ts';
import { ofAnyDay, type RowRef, shortHash } from './keys.ts';
import {
  copiesEntity,
  copiesPartition,
  type ManagerCopies,
  storedCopies,
} from './managerCopies.ts';
import type { Notification, StoredNotification } from './notification.ts';
import {
  type AppState,
  appState,
  type Chores,
  choresEntity,
  permissionsEntity,
  pollEntity,
  type Slots,
  slotsEntity,
  statePartition,
} from './progress.ts';
import { fenceKey, packTransactions, type Recording } from './recording.ts';

export { LedgerConflict };

/** A row as it is stored, with its ETag. */
export type StoredRow = TableEntityResult<Record<string, unknown>>;

/** What the ledger knows of a span of time. */
export interface LedgerRange {
  /** Keys of the audit rows. */
  readonly seen: ReadonlySet<string>;
  readonly notifications: readonly StoredNotification[];
  /** ETag of each day's fence: recording succeeds only if nobody else recorded since. */
  readonly fences: ReadonlyMap<string, string>;
}

/** What has been seen and said: one table. Methods throw `LedgerConflict` or the SDK's RestError. */
export class Ledger {
  readonly #table: TableClient;
  #created: Promise<void> | undefined;

  /** `existing`: the table is there, or is not to be made. */
  constructor(table: TableClient, existing = false) {
    this.#table = table;
    if (existing) this.#created = Promise.resolve();
  }

  /** Creates the table once for each process. */
  async #ready(): Promise<TableClient> {
    this.#created ??= this.#table.createTable();
    try {
      await this.#created;
    } catch (error) {
      this.#created = undefined;
      throw error;
    }
    return this.#table;
  }

  /** Rows as they are stored, by an OData filter, in the order of their keys. */
  async *rows(filter: string, select?: string[]): AsyncGenerator<StoredRow> {
    const table = await this.#ready();
    yield* table.listEntities({ queryOptions: { filter, ...(select && { select }) } });
  }

  /** Deletes a row as it was read. */
  async remove({ partitionKey = '', rowKey = '', etag }: StoredRow): Promise<void> {
    const table = await this.#ready();
    await guarded(() => table.deleteEntity(partitionKey, rowKey, { etag }));
  }

  /** Writes a row anew that is kept in other words, under the ETag it was read with. */
  rewrite(entity: Entity, etag: string): Promise<string> {
    return this.#write(entity, etag);
  }

  /** Everything between two key times, both included, and the fences of the days between. */
  async readRange(from: string, to: string): Promise<LedgerRange> {
    const days = `PartitionKey ge '${from.slice(0, 10)}' and PartitionKey le '${to.slice(0, 10)}'`;
    const rows = `(RowKey ge '${from}' and RowKey le '${to}~~') or RowKey eq '${fenceKey}'`;
    const seen = new Set<string>();
    const notifications: StoredNotification[] = [];
    const fences = new Map<string, string>();
    for await (const entity of this.rows(`${days} and (${rows})`)) {
      const { rowKey = '', partitionKey = '', etag = '' } = entity;
      if (rowKey === fenceKey) fences.set(partitionKey, etag);
      else if (isNotificationKey(rowKey)) notifications.push(storedNotification(entity));
      else seen.add(rowKey);
    }
    return { seen, notifications, fences };
  }

  /**
   * Records audit rows and their notifications, each pair in one transaction. Throws
   * `LedgerConflict` when anything was recorded for these days since `fences` were read; what is
   * already recorded by then is complete in itself.
   */
  async record(recording: Recording, fences: ReadonlyMap<string, string>): Promise<void> {
    const table = await this.#ready();
    const current = new Map(fences);
    for (const { day, actions } of packTransactions(recording)) {
      const fence: Entity = { partitionKey: day, rowKey: fenceKey };
      const etag = current.get(day);
      const guard: TransactionAction =
        etag === undefined ? ['create', fence] : ['update', fence, 'Replace', { etag }];
      const { subResponses } = await guarded(() => table.submitTransaction([guard, ...actions]));
      const next = subResponses[0]?.etag;
      if (next === undefined) throw new LedgerConflict('the answer gave no ETag for the fence');
      current.set(day, next);
    }
  }

  /** One notification, or undefined where there is none. */
  async get({ day, key }: RowRef): Promise<StoredNotification | undefined> {
    const table = await this.#ready();
    const found = await absent(() => table.getEntity(day, key));
    return found && storedNotification(found);
  }

  /** Writes a new state under the ETag of the old one. Returns the new ETag. */
  replace(notification: Notification, etag: string): Promise<string> {
    return this.#write(notificationEntity(notification), etag);
  }

  /** An audit row, or undefined where the record was never seen. */
  async findAudit({ day, key }: RowRef): Promise<SeenAudit | undefined> {
    const table = await this.#ready();
    const found = await absent(() => table.getEntity(day, key));
    return found && seenAudit(found);
  }

  /** The audit records that a notification tells of, the silently merged ones included. */
  async auditsOf({ day, key }: RowRef): Promise<SeenAudit[]> {
    // Rows of one change are a minute apart at most: on this day, or on the one before or after.
    const [from, to] = [-1, 1].map((days) => {
      return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
    });
    const days = `PartitionKey ge '${from}' and PartitionKey le '${to}'`;
    const found: SeenAudit[] = [];
    const filter = `${days} and notificationKey eq '${key}'`;
    for await (const entity of this.rows(filter)) found.push(seenAudit(entity));
    return found;
  }

  /** How far reading has come, and what else is remembered, in one query. */
  async readState(): Promise<AppState> {
    const rows: StoredRow[] = [];
    for await (const row of this.rows(`PartitionKey eq '${statePartition}'`)) rows.push(row);
    return appState(rows);
  }

  writePoll(watch: Watch, poll: PollState, etag: string | undefined): Promise<string> {
    return this.#write(pollEntity(watch, poll), etag);
  }

  writeSlots(slots: Slots, etag: string | undefined): Promise<string> {
    return this.#write(slotsEntity(slots), etag);
  }

  async writeChores(chores: Chores): Promise<void> {
    const table = await this.#ready();
    await table.upsertEntity(choresEntity(chores), 'Replace');
  }

  async readPermissions(): Promise<PermissionCheck | undefined> {
    return (await this.readState()).permissions;
  }

  async writePermissions(check: PermissionCheck): Promise<void> {
    const table = await this.#ready();
    await table.upsertEntity(permissionsEntity(check), 'Replace');
  }

  /** The copies of one manager and day; undefined where none was counted. */
  async readCopies(rowKey: string): Promise<ReturnType<typeof storedCopies> | undefined> {
    const table = await this.#ready();
    const found = await absent(() => table.getEntity(copiesPartition, rowKey));
    return found && storedCopies(found);
  }

  writeCopies(copies: ManagerCopies, etag: string | undefined): Promise<string> {
    return this.#write(copiesEntity(copies), etag);
  }

  /** Replaces a row under the ETag it was read with, or creates it. Returns the new ETag. */
  async #write(entity: Entity, etag: string | undefined): Promise<string> {
    const table = await this.#ready();
    const answer = await guarded(() =>
      etag === undefined
        ? table.createEntity(entity)
        : table.updateEntity(entity, 'Replace', { etag }),
    );
    return answer.etag ?? '';
  }

  /** Keeps a row that could not be parsed. False where it was kept before. */
  async keepAside({ reason, raw }: Unparsable, now: Date): Promise<boolean> {
    const table = await this.#ready();
    // By content, and in one partition for good: a row read again tomorrow is the same row.
    const keys = { partitionKey: 'unparsable', rowKey: shortHash(raw) };
    try {
      await table.createEntity({ ...keys, reason, raw, keptAt: now.toISOString() });
      return true;
    } catch (error) {
      if (error instanceof RestError && error.statusCode === 409) return false;
      throw error;
    }
  }

  /** Notifications that are not final, of the days since `fromDay`. */
  async *listOpen(fromDay: string): AsyncGenerator<StoredNotification> {
    const open = "(state eq 'pending' or state eq 'sending' or state eq 'unknown')";
    const filter = `PartitionKey ge '${fromDay}' and ${ofAnyDay} and ${open}`;
    for await (const entity of this.rows(filter)) yield storedNotification(entity);
  }

  /**
   * Deletes the days before `day`, but for notifications that are not final, and what was kept aside
   * or counted before it. Returns how many rows went.
   */
  async purgeBefore(day: string): Promise<number> {
    return deleteBefore(await this.#ready(), day);
  }
}
