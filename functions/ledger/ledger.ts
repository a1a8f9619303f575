import type { TransactionAction } from '@azure/data-tables';
import { absent, LedgerConflict } from './conflict.ts';
import { deleteBefore } from './deleteBefore.ts';
import {
  type Entity,
  isNotificationKey,
  notificationEntity,
  type SeenAudit,
  seenAudit,
  storedNotification,
} from './entity.ts';
import { ofAnyDay, type RowRef } from './keys.ts';
import { LedgerState } from './ledgerState.ts';
import { replacing, type StoredRow } from './ledgerTable.ts';
import {
  copiesEntity,
  type ManagerCopies,
  type StoredCopies,
  storedCopies,
} from './managerCopies.ts';
import type { Notification, StoredNotification } from './notification.ts';
import { fenceKey, packTransactions, type Recording } from './recording.ts';

export { LedgerConflict, type StoredRow };

/** What the ledger knows of a span of time. */
export interface LedgerRange {
  /** Keys of the audit rows. */
  readonly seen: ReadonlySet<string>;
  readonly notifications: readonly StoredNotification[];
  /** ETag of each day's fence: recording succeeds only if nobody else recorded since. */
  readonly fences: ReadonlyMap<string, string>;
}

/** What recording led to. */
export interface Recorded {
  /** By RowKey. */
  readonly etags: ReadonlyMap<string, string>;
  /** By day. */
  readonly fences: ReadonlyMap<string, string>;
}

/** A manager's copies, to be written over those that had the ETag, or anew. */
interface Counted {
  readonly copies: ManagerCopies;
  readonly etag: string | undefined;
}

/** What has been seen and said: one table. Methods throw `LedgerConflict` or the SDK's RestError. */
export class Ledger extends LedgerState {
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
   * already recorded by then is complete in itself. Returns the new ETags.
   */
  async record(recording: Recording, fences: ReadonlyMap<string, string>): Promise<Recorded> {
    const current = new Map(fences);
    const etags = new Map<string, string>();
    for (const { day, actions } of packTransactions(recording)) {
      const fence: Entity = { partitionKey: day, rowKey: fenceKey };
      const etag = current.get(day);
      const guard: TransactionAction =
        etag === undefined ? ['create', fence] : replacing(fence, etag);
      const [next, ...written] = await this.transact([guard, ...actions]);
      if (next === undefined) throw new LedgerConflict('the answer gave no ETag for the fence');
      current.set(day, next);
      for (const [index, [, { rowKey = '' }]] of actions.entries()) {
        etags.set(rowKey, written[index] ?? '');
      }
    }
    return { etags, fences: current };
  }

  /** One notification, or undefined where there is none. */
  async get({ day, key }: RowRef): Promise<StoredNotification | undefined> {
    const found = await this.#find(day, key);
    return found && storedNotification(found);
  }

  /** Writes a notification that no audit row starts. Throws `LedgerConflict` where it is there. */
  insert(notification: Notification): Promise<string> {
    return this.write(notificationEntity(notification), undefined);
  }

  /** Writes a new state under the ETag of the old one. Returns the new ETag. */
  replace(notification: Notification, etag: string): Promise<string> {
    return this.write(notificationEntity(notification), etag);
  }

  /** Writes a new state and a copy of the same day in one transaction. Returns their new ETags. */
  async replaceAndCount(
    notification: Notification,
    etag: string,
    { copies, etag: before }: Counted,
  ): Promise<{ readonly notification: string; readonly copies: string }> {
    const count = copiesEntity(copies);
    const [first = '', second = ''] = await this.transact([
      replacing(notificationEntity(notification), etag),
      before === undefined ? ['create', count] : replacing(count, before),
    ]);
    return { notification: first, copies: second };
  }

  /** The copies of one manager and day; undefined where none was counted. */
  async readCopies({ day, key }: RowRef): Promise<StoredCopies | undefined> {
    const found = await this.#find(day, key);
    return found && storedCopies(found);
  }

  writeCopies({ copies, etag }: Counted): Promise<string> {
    return this.write(copiesEntity(copies), etag);
  }

  /** An audit row, or undefined where the record was never seen. */
  async findAudit({ day, key }: RowRef): Promise<SeenAudit | undefined> {
    const found = await this.#find(day, key);
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

  /** Notifications that are not final, of the days since `fromDay`. */
  async *listOpen(fromDay: string): AsyncGenerator<StoredNotification> {
    const open = "(state eq 'pending' or state eq 'sending' or state eq 'unknown')";
    const filter = `PartitionKey ge '${fromDay}' and ${ofAnyDay} and ${open}`;
    for await (const entity of this.rows(filter)) yield storedNotification(entity);
  }

  /**
   * Deletes the days before `day`, but for notifications that are not final, and what was kept aside
   * before it. Returns how many rows went.
   */
  async purgeBefore(day: string): Promise<number> {
    return deleteBefore(await this.ready(), day);
  }

  async #find(day: string, key: string) {
    const table = await this.ready();
    return absent(() => table.getEntity(day, key));
  }
}
