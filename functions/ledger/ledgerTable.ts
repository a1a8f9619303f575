import type { TableClient, TableEntityResult, TransactionAction } from '@azure/data-tables';
import { guarded } from './conflict.ts';
import type { Entity } from './entity.ts';

/** A row as it is stored, with its ETag. */
export type StoredRow = TableEntityResult<Record<string, unknown>>;

/** Replaces a row under the ETag it was read with, within a transaction. */
export const replacing = (entity: Entity, etag: string): TransactionAction => [
  'update',
  entity,
  'Replace',
  { etag },
];

/** The table and its rows, whatever they mean. Methods throw `LedgerConflict` or the SDK's RestError. */
export class LedgerTable {
  readonly #table: TableClient;
  #created: Promise<void> | undefined;

  /** `existing`: the table is there, or is not to be made. */
  constructor(table: TableClient, existing = false) {
    this.#table = table;
    if (existing) this.#created = Promise.resolve();
  }

  /** Creates the table once for each process. */
  protected async ready(): Promise<TableClient> {
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
    const table = await this.ready();
    yield* table.listEntities({ queryOptions: { filter, ...(select && { select }) } });
  }

  /** Deletes a row as it was read. */
  async remove({ partitionKey = '', rowKey = '', etag }: StoredRow): Promise<void> {
    const table = await this.ready();
    await guarded(() => table.deleteEntity(partitionKey, rowKey, { etag }));
  }

  /** Writes a row anew that is kept in other words, under the ETag it was read with. */
  rewrite(entity: Entity, etag: string): Promise<string> {
    return this.write(entity, etag);
  }

  /** Replaces a row under the ETag it was read with, or creates it. Returns the new ETag. */
  protected async write(entity: Entity, etag: string | undefined): Promise<string> {
    const table = await this.ready();
    const answer = await guarded(() =>
      etag === undefined
        ? table.createEntity(entity)
        : table.updateEntity(entity, 'Replace', { etag }),
    );
    return answer.etag ?? '';
  }

  /** All or nothing, rows of one partition. Returns their new ETags. */
  protected async transact(actions: TransactionAction[]): Promise<(string | undefined)[]> {
    const table = await this.ready();
    const { subResponses } = await guarded(() => table.submitTransaction(actions));
    return subResponses.map(({ etag }) => etag);
  }
}
