import {
  TableClient,
  type TableEntityResult,
  type TableServiceClientOptions,
  type TransactionAction,
} from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import type { Storage } from '../config/storage.ts';
import { Ledger } from './ledger.ts';
import {
  type Condition,
  type Entity,
  type KeySpan,
  LedgerConflict,
  type LedgerStore,
  type Query,
  StorageFailure,
  type StoredRow,
  type StoreKeys,
  storageFailure,
  type Write,
} from './store.ts';

/** The ledger's table. */
export const tableName = 'securityInfo';

/**
 * Opens the ledger. No call is made yet. `existing`: its table is not created where it is missing, and
 * reading it takes no more than the right to read.
 */
export const openLedger = (
  storage: Storage,
  credential: TokenCredential | undefined,
  existing = false,
): Ledger => new Ledger(new TableStore(openTable(storage, credential), existing));

/** Opens the ledger's table. No call is made yet. */
export function openTable(
  storage: Storage,
  credential: TokenCredential | undefined,
  options: TableServiceClientOptions = {},
): TableClient {
  if ('connectionString' in storage) {
    const insecure = { allowInsecureConnection: true, ...options };
    return TableClient.fromConnectionString(storage.connectionString, tableName, insecure);
  }
  if (!credential) throw new Error('AzureWebJobsStorage: an identity is needed, and there is none');
  return new TableClient(storage.tableUri, tableName, credential, options);
}

/** The ledger's rows in Azure Table storage. */
export class TableStore implements LedgerStore {
  readonly #table: TableClient;
  #created: Promise<void> | undefined;

  /** `existing`: the table is there, or is not to be made. */
  constructor(table: TableClient, existing = false) {
    this.#table = table;
    if (existing) this.#created = Promise.resolve();
  }

  async get({ partitionKey, rowKey }: StoreKeys): Promise<StoredRow | undefined> {
    try {
      return stored(await this.#asked((table) => table.getEntity(partitionKey, rowKey)));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async *query({ partitions = {}, keys = [], where = [], select }: Query) {
    const anyKey = keys.map((span) => `(${between('RowKey', span).join(' and ')})`).join(' or ');
    const clauses = [
      ...between('PartitionKey', partitions),
      ...(anyKey ? [keys.length > 1 ? `(${anyKey})` : anyKey] : []),
      ...where.map(clause),
    ];
    const queryOptions = {
      ...(clauses.length > 0 && { filter: clauses.join(' and ') }),
      ...(select && { select: ['PartitionKey', 'RowKey', ...select] }),
    };
    const rows = await this.#asked(async (table) => table.listEntities({ queryOptions }));
    try {
      for await (const row of rows) yield stored(row);
    } catch (error) {
      throw storageFailure(error);
    }
  }

  async insert(row: Entity): Promise<string> {
    return etagOf(await this.#write((table) => table.createEntity(row)));
  }

  async replace(row: Entity, etag: string): Promise<string> {
    return etagOf(await this.#write((table) => table.updateEntity(row, 'Replace', { etag })));
  }

  async put(row: Entity): Promise<void> {
    await this.#write((table) => table.upsertEntity(row, 'Replace'));
  }

  async remove({ partitionKey, rowKey }: StoreKeys, etag: string): Promise<void> {
    await this.#write((table) => table.deleteEntity(partitionKey, rowKey, { etag }));
  }

  async transact(writes: readonly Write[]): Promise<string[]> {
    const actions = writes.map(action);
    const { subResponses } = await this.#write((table) => table.submitTransaction(actions));
    return writes.map((_, index) => subResponses[index]?.etag ?? '');
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

  async #asked<T>(ask: (table: TableClient) => Promise<T>): Promise<T> {
    try {
      return await ask(await this.#ready());
    } catch (error) {
      throw storageFailure(error);
    }
  }

  async #write<T>(ask: (table: TableClient) => Promise<T>): Promise<T> {
    try {
      return await this.#asked(ask);
    } catch (error) {
      if (!(error instanceof StorageFailure)) throw error;
      const conflict = error.status === 409 || error.status === 412 || isMissing(error);
      throw conflict ? new LedgerConflict('another writer was first', { cause: error }) : error;
    }
  }
}

/** The row, and not the table: that one must not be missed in silence. */
const isMissing = (error: unknown) =>
  error instanceof StorageFailure && error.status === 404 && error.code !== 'TableNotFound';

const etagOf = ({ etag = '' }: { etag?: string }) => etag;

/** Without what storage adds of its own. */
function stored(row: TableEntityResult<object>): StoredRow {
  const { timestamp: _, partitionKey = '', rowKey = '', ...rest } = row;
  delete (rest as Record<string, unknown>)['odata.metadata'];
  return { ...rest, partitionKey, rowKey };
}

function action(write: Write): TransactionAction {
  if (write.kind === 'insert') return ['create', write.row];
  if (write.kind === 'replace') return ['update', write.row, 'Replace', { etag: write.etag }];
  const { partitionKey, rowKey } = write.row;
  return ['delete', { partitionKey, rowKey }];
}

/** OData. */
function between(key: string, { from, to, before }: KeySpan): string[] {
  if (from !== undefined && from === to) return [`${key} eq ${text(from)}`];
  return [
    ...(from === undefined ? [] : [`${key} ge ${text(from)}`]),
    ...(to === undefined ? [] : [`${key} le ${text(to)}`]),
    ...(before === undefined ? [] : [`${key} lt ${text(before)}`]),
  ];
}

function clause({ property, is, value }: Condition): string {
  const operator = { anyOf: 'eq', noneOf: 'ne', above: 'gt', below: 'lt' }[is];
  const each = value.map((one) => `${property} ${operator} ${text(one)}`);
  // Whether `ne` holds for a row without the property is not for us to find out.
  return is === 'noneOf'
    ? `(${[`${property} ge ''`, ...each].join(' and ')})`
    : `(${each.join(' or ')})`;
}

const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
