import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import {
  TableClient,
  type TableEntityResult,
  type TableServiceClientOptions,
  type TransactionAction,
} from '@azure/data-tables';
import type { SharedClock } from '../clock.ts';
import type { Storage } from '../config/storage.ts';
import type { Credential } from '../graph/token.ts';
import { Ledger } from './ledger.ts';
import { NextETags, NotBegun } from './nextETags.ts';
import { storageOptions } from './storageClient.ts';
import {
  type Condition,
  type Entity,
  isNext,
  type KeySpan,
  LedgerConflict,
  type LedgerStore,
  type NextReplacement,
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
 * reading it takes no more than the right to read. `clock` learns the time from every answer.
 */
export function openLedger(
  storage: Storage,
  credential: Credential | undefined,
  existing = false,
  clock?: SharedClock,
): Ledger {
  return new Ledger(openStore(storage, credential, { tableName, existing, clock }));
}

interface StoreOptions {
  readonly tableName: string;
  readonly existing: boolean;
  readonly clock: SharedClock | undefined;
}

/** The same for any table of the app. */
export function openStore(
  storage: Storage,
  credential: Credential | undefined,
  { tableName, existing, clock }: StoreOptions,
): LedgerStore {
  const { additionalPolicies } = storageOptions(
    'connectionString' in storage ? undefined : credential,
  );
  const options = {
    additionalPolicies: [...additionalPolicies, ...(clock ? [telling(clock)] : [])],
  };
  return new TableStore(openTable(storage, credential, options, tableName), existing);
}

type Policy = NonNullable<TableServiceClientOptions['additionalPolicies']>[number];

/** Has a clock learn the time from every answer. */
export const telling = (clock: SharedClock): Policy => ({
  position: 'perCall',
  policy: {
    name: 'sharedClock',
    sendRequest: (request, next) =>
      clock.during(
        () => next(request),
        ({ headers }) => headers.get('date'),
      ),
  },
});

/** So often, and so patiently, a call is tried again within its limit. */
const retryOptions = { maxRetries: 3, retryDelayInMs: 500, maxRetryDelayInMs: 5_000 };

/** Opens a table, the ledger's own if it is not said which. No call is made yet. */
export function openTable(
  storage: Storage,
  credential: Credential | undefined,
  options: TableServiceClientOptions = {},
  name: string = tableName,
): TableClient {
  if ('connectionString' in storage) {
    const insecure = {
      allowInsecureConnection: true,
      retryOptions,
      ...storageOptions(undefined),
      ...options,
    };
    return TableClient.fromConnectionString(storage.connectionString, name, insecure);
  }
  if (!credential) throw new Error('AzureWebJobsStorage: an identity is needed, and there is none');
  const limits = { retryOptions, ...storageOptions(credential), ...options };
  return new TableClient(storage.tableUri, name, limits);
}

/** The ledger's rows in Azure Table storage. */
export class TableStore implements LedgerStore {
  readonly #table: TableClient;
  readonly #existing: boolean;
  readonly #next = new NextETags();
  #serialised: Promise<void> = Promise.resolve();
  #made: Promise<void> | undefined;

  /** `existing`: the table is there, or is not to be made. */
  constructor(table: TableClient, existing = false) {
    this.#table = table;
    this.#existing = existing;
    table.pipeline.addPolicy(this.#next.policy, {
      beforePolicies: ['callLimit', 'sharedClock'],
    });
  }

  async get({ partitionKey, rowKey }: StoreKeys): Promise<StoredRow | undefined> {
    const found = await this.#asked((table) =>
      table.getEntity(partitionKey, rowKey).catch((error: unknown) => {
        if (isMissing(storageFailure(error))) return undefined;
        throw error;
      }),
    );
    return found && stored(found);
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
    const [rows, first] = await this.#asked(async (table) => {
      const asked = table.listEntities({ queryOptions });
      return [asked, await asked.next()] as const;
    });
    if (first.done) return;
    yield stored(first.value);
    try {
      for await (const row of rows) yield stored(row);
    } catch (error) {
      throw storageFailure(error);
    }
  }

  async insert(row: Entity): Promise<string> {
    const marked = withMark(row);
    const [etag] = await this.#exclusive([marked], async (table) => [
      await table.createEntity(marked),
    ]);
    return etag as string;
  }

  async replace(row: Entity, etag: string): Promise<string> {
    const marked = withMark(row);
    const [next] = await this.#exclusive([marked], async (table) => [
      await table.updateEntity(marked, 'Replace', { etag }),
    ]);
    return next as string;
  }

  async put(row: Entity): Promise<void> {
    await this.#write((table) => table.upsertEntity(row, 'Replace'));
  }

  async remove({ partitionKey, rowKey }: StoreKeys, etag: string): Promise<void> {
    await this.#write((table) => table.deleteEntity(partitionKey, rowKey, { etag }));
  }

  async transact(writes: readonly (Write | NextReplacement)[]): Promise<string[]> {
    if (writes.some(isNext)) await this.#turn();
    const names: string[] = [];
    const nameOf = (etag: string | Promise<string>) => {
      if (typeof etag === 'string') return etag;
      const name = this.#next.nameOf(etag);
      names.push(name);
      return name;
    };
    const mark = randomUUID();
    const rows = writes.map(({ kind, row }) =>
      kind === 'remove' ? undefined : withMark(row, mark),
    );
    const actions = writes.map((write, index) => action(write, rows[index], nameOf));
    try {
      return await this.#exclusive(rows, async (table) => {
        const { subResponses } = await table.submitTransaction(actions);
        return subResponses;
      });
    } finally {
      this.#next.forget(names);
    }
  }

  /** What is on its way comes before anything is serialised that waits for it, and one is after the other. */
  #turn(): Promise<void> {
    this.#serialised = this.#serialised.then(() => setImmediate());
    return this.#serialised;
  }

  /**
   * Writes rows that nobody else may have written meanwhile, and returns their ETags, empty for those that
   * are removed. An answer that was lost, or gives no ETag, says nothing: the rows are read back, and are
   * ours if they bear the mark of this write. A repeat of the SDK's own may also have met what it had
   * written itself.
   */
  async #exclusive(
    rows: readonly (MarkedRow | undefined)[],
    write: (table: TableClient) => Promise<readonly { readonly etag?: string }[]>,
  ): Promise<string[]> {
    let failure: unknown;
    try {
      const answers = await this.#write(write);
      const etags = rows.map((row, index) => (row ? answers[index]?.etag : ''));
      if (etags.every((etag) => etag !== undefined)) return etags as string[];
      failure = new StorageFailure('an answer without ETag', { code: 'NoETag' });
    } catch (error) {
      failure = error;
      if (error instanceof NotBegun) throw error.cause;
      const isClear = error instanceof StorageFailure && !error.retry;
      if (isClear) throw error;
    }
    const found = await Promise.all(rows.map((row) => row && this.#markOf(row))).catch(() => []);
    const ours = rows.every((row, index) => !row || found[index]?.mark === row[markName]);
    if (!ours || found.length < rows.length) throw failure;
    return found.map((one) => one?.etag ?? '');
  }

  async #markOf({ partitionKey, rowKey }: StoreKeys) {
    const queryOptions = { select: [markName] };
    const row = await this.#asked((table) =>
      table.getEntity<Record<string, unknown>>(partitionKey, rowKey, { queryOptions }),
    );
    return { mark: row[markName], etag: row.etag };
  }

  /** Makes the table where it is missing, and asks again: nothing was done in one that is not there. */
  async #asked<T>(ask: (table: TableClient) => Promise<T>): Promise<T> {
    try {
      return await ask(this.#table).catch(async (error) => {
        if (this.#existing || !isNoTable(storageFailure(error))) throw error;
        await this.#make();
        return ask(this.#table);
      });
    } catch (error) {
      throw storageFailure(error);
    }
  }

  async #make(): Promise<void> {
    this.#made ??= this.#table.createTable();
    await this.#made.finally(() => {
      this.#made = undefined;
    });
  }

  /** What is refused for the rows, and not for their table, is a conflict. */
  async #write<T>(ask: (table: TableClient) => Promise<T>): Promise<T> {
    return this.#asked((table) =>
      ask(table).catch((error: unknown) => {
        const cause = storageFailure(error);
        throw isConflict(cause) ? new LedgerConflict('another writer was first', { cause }) : error;
      }),
    );
  }
}

const isConflict = (error: unknown) =>
  isMissing(error) ||
  (error instanceof StorageFailure &&
    (error.status === 412 || (error.status === 409 && error.code !== 'TableBeingDeleted')));

/** The row, and not the table: that one must not be missed in silence. */
const isMissing = (error: unknown) =>
  error instanceof StorageFailure && error.status === 404 && !isNoTable(error);

const isNoTable = (error: unknown) =>
  error instanceof StorageFailure && error.code === 'TableNotFound';

/** Tells one write from all others, of this process and of any other, should they write the same. */
const markName = 'writtenAs';

type MarkedRow = Entity & { readonly [markName]: string };

/** Rows of one transaction share their mark: they are written together or not at all. */
const withMark = (row: Entity, mark: string = randomUUID()): MarkedRow => ({
  ...row,
  [markName]: mark,
});

/** Without what storage adds of its own: also a null for what is asked for and a row does not have. */
function stored(row: TableEntityResult<object>): StoredRow {
  const { timestamp: _, partitionKey = '', rowKey = '', ...rest } = row;
  const properties = rest as Record<string, unknown>;
  for (const name of ['odata.metadata', markName]) delete properties[name];
  for (const name in properties) if (properties[name] === null) delete properties[name];
  return { ...rest, partitionKey, rowKey };
}

function action(
  write: Write | NextReplacement,
  row: Entity | undefined,
  nameOf: (etag: string | Promise<string>) => string,
): TransactionAction {
  if (!row || write.kind === 'remove') {
    const { partitionKey, rowKey } = write.row;
    return ['delete', { partitionKey, rowKey }];
  }
  if (write.kind === 'insert') return ['create', row];
  if (write.kind === 'put') return ['upsert', row, 'Replace'];
  return ['update', row, 'Replace', { etag: nameOf(write.etag) }];
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
