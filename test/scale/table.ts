import type { TransactionAction } from '@azure/data-tables';
import { type MemoryRow, MemoryTable } from '../../local/operate/rehearse/memoryTable.ts';

/** Entities that one answer of a query holds, each of which Azure bills. */
const pageSize = 1000;

/** Milliseconds that a request takes. */
const latencyMs = 10;

const partitionQuery = /^PartitionKey eq '(\w+)'$/;
const openQuery = /^PartitionKey ge '([\d-]+)' and PartitionKey lt 'a' and \(state eq 'pending'/;
const purgeQuery = /^PartitionKey lt '([\d-]+)' or /;

type Options = Parameters<MemoryTable['listEntities']>[0];

/**
 * The ledger's table on the virtual clock: counts transactions as Azure bills them, and answers the
 * queries of polls and sweeps too, without looking at every row.
 */
export class CountedTable extends MemoryTable {
  /** Requests, each further page of an answer included. */
  transactions = 0;
  /** Those among them that write. */
  writes = 0;
  readonly #open = new Map<string, MemoryRow>();
  readonly #sleep: (milliseconds: number) => Promise<void>;
  readonly #watch: (row: MemoryRow) => void;

  /** `watch` is told of each row that is written. */
  constructor(
    sleep: (milliseconds: number) => Promise<void>,
    watch: (row: MemoryRow) => void = () => undefined,
  ) {
    super();
    this.#sleep = sleep;
    this.#watch = watch;
  }

  /** Notifications that are not final. */
  get open(): number {
    return this.#open.size;
  }

  override async getEntity(partitionKey: string, rowKey: string): Promise<MemoryRow> {
    await this.#request();
    return super.getEntity(partitionKey, rowKey);
  }

  override async *listEntities(options: Options): AsyncGenerator<MemoryRow> {
    await this.#request();
    const found = this.#query(options.queryOptions.filter);
    // All of an answer is of one moment, however long the reader takes.
    const rows = found ? [...found] : await all(super.listEntities(options));
    for (const [index, row] of rows.entries()) {
      if (index > 0 && index % pageSize === 0) await this.#request();
      yield row;
    }
  }

  override async submitTransaction(
    actions: TransactionAction[],
  ): Promise<{ subResponses: MemoryRow[] }> {
    await this.#request();
    this.writes += 1;
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

  async #request(): Promise<void> {
    this.transactions += 1;
    await this.#sleep(latencyMs);
  }
}

async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const row of rows) found.push(row);
  return found;
}
