import type { TableClient, TransactionAction } from '@azure/data-tables';
import { type MemoryRow, MemoryTable } from '../../../cli/rehearse/memoryTable.ts';

/** Entities that one answer of a query holds, each of which Azure bills. */
const pageSize = 1000;

/** Milliseconds that a request takes. */
const latencyMs = 10;

/** What a process has asked for: requests, as Graph and Azure count them. */
export interface Meter {
  graph: number;
  table: number;
}

const partitionQuery = /^PartitionKey eq '(\w+)'$/;
const openQuery = /^PartitionKey ge '([\d-]+)' and PartitionKey lt 'a' and \(state eq 'pending'/;
const purgeQuery = /^PartitionKey lt '([\d-]+)' or /;

type Options = Parameters<MemoryTable['listEntities']>[0];

/** The ledger's table: answers the queries of polls and sweeps too, without looking at every row. */
export class IndexedTable extends MemoryTable {
  readonly #open = new Map<string, MemoryRow>();
  readonly #watch: (row: MemoryRow) => void;

  /** `watch` is told of each row that is written. */
  constructor(watch: (row: MemoryRow) => void) {
    super();
    this.#watch = watch;
  }

  /** Notifications that are not final. */
  get open(): number {
    return this.#open.size;
  }

  override *select(filter: string): Generator<MemoryRow> {
    const found = this.#query(filter);
    if (found) yield* found;
    else yield* super.select(filter);
  }

  override async submitTransaction(
    actions: TransactionAction[],
  ): Promise<{ subResponses: MemoryRow[] }> {
    const answer = await super.submitTransaction(actions);
    for (const row of answer.subResponses) this.#note(row);
    return answer;
  }

  #note(row: MemoryRow): void {
    const state = row['state'];
    if (typeof state === 'string') {
      const isOpen = state === 'pending' || state === 'sending' || state === 'unknown';
      if (isOpen) this.#open.set(row.rowKey, row);
      else this.#open.delete(row.rowKey);
    }
    this.#watch(row);
  }

  #query(filter: string): Iterable<MemoryRow> | undefined {
    const [, partition] = partitionQuery.exec(filter) ?? [];
    if (partition !== undefined) return this.rowsOf(partition);
    const [, from] = openQuery.exec(filter) ?? [];
    if (from !== undefined) {
      return [...this.#open.values()].filter(({ partitionKey }) => partitionKey >= from);
    }
    // Nothing grows old enough here to be purged, unless its day is dropped.
    return purgeQuery.test(filter) ? [] : undefined;
  }
}

/** A process's way to the table, on the virtual clock: counts transactions as Azure bills them. */
export class TableAccess {
  readonly #table: IndexedTable;
  readonly #meter: Meter;
  readonly #sleep: (milliseconds: number) => Promise<void>;

  constructor(table: IndexedTable, meter: Meter, sleep: (milliseconds: number) => Promise<void>) {
    this.#table = table;
    this.#meter = meter;
    this.#sleep = sleep;
  }

  /** What the ledger takes for the SDK's client. */
  get client(): TableClient {
    return this as unknown as TableClient;
  }

  async createTable(): Promise<void> {}

  async getEntity(...keys: Parameters<MemoryTable['getEntity']>): Promise<MemoryRow> {
    await this.#request();
    return this.#table.getEntity(...keys);
  }

  async *listEntities(options: Options): AsyncGenerator<MemoryRow> {
    await this.#request();
    // All of an answer is of one moment, however long the reader takes.
    const rows = [...this.#table.select(options.queryOptions.filter)];
    for (const [index, row] of rows.entries()) {
      if (index > 0 && index % pageSize === 0) await this.#request();
      yield row;
    }
  }

  async createEntity(...entity: Parameters<MemoryTable['createEntity']>): Promise<MemoryRow> {
    await this.#request();
    return this.#table.createEntity(...entity);
  }

  async updateEntity(...update: Parameters<MemoryTable['updateEntity']>): Promise<MemoryRow> {
    await this.#request();
    return this.#table.updateEntity(...update);
  }

  async upsertEntity(...entity: Parameters<MemoryTable['upsertEntity']>): Promise<void> {
    await this.#request();
    return this.#table.upsertEntity(...entity);
  }

  async submitTransaction(actions: TransactionAction[]): Promise<{ subResponses: MemoryRow[] }> {
    await this.#request();
    return this.#table.submitTransaction(actions);
  }

  async #request(): Promise<void> {
    this.#meter.table += 1;
    await this.#sleep(latencyMs);
  }
}
