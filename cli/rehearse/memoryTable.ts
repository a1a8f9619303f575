import { RestError, type TableClient, type TransactionAction } from '@azure/data-tables';

/** A row as the ledger writes and reads it. */
export interface MemoryRow {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly etag: string;
  readonly [property: string]: unknown;
}

type Keys = Pick<MemoryRow, 'partitionKey' | 'rowKey'>;

/** The queries that recording and delivering make. */
const partitionQuery = /^PartitionKey eq '(.*?)'$/;
const rangeQuery =
  /^PartitionKey ge '(.*?)' and PartitionKey le '(.*?)' and \(\(RowKey ge '(.*?)' and RowKey le '(.*?)'\) or RowKey eq '(.*?)'\)$/;

/** Keys begin with their minute, so that a query need not look at all of a day. */
const bucketOf = (rowKey: string) => rowKey.slice(0, 16);

/**
 * As much of a table as recording and delivering use, in memory. Refuses as Azure does: 404, 409 and
 * 412, as `RestError`. Throws an Error for a query that it does not know.
 */
export class MemoryTable {
  readonly #days = new Map<string, Map<string, Map<string, MemoryRow>>>();
  #writes = 0;

  /** What the ledger takes for the SDK's client. */
  get client(): TableClient {
    return this as unknown as TableClient;
  }

  /** Every row, those of a day together. */
  *rows(): Generator<MemoryRow> {
    for (const day of this.#days.keys()) yield* this.rowsOf(day);
  }

  /** The rows of a day, or of another partition. */
  *rowsOf(partitionKey: string): Generator<MemoryRow> {
    for (const bucket of this.#days.get(partitionKey)?.values() ?? []) yield* bucket.values();
  }

  /** Forgets a day. */
  drop(day: string): void {
    this.#days.delete(day);
  }

  async createTable(): Promise<void> {}

  async getEntity(partitionKey: string, rowKey: string): Promise<MemoryRow> {
    const row = this.#find({ partitionKey, rowKey });
    if (!row) throw refusal(404);
    return row;
  }

  async *listEntities(options: { queryOptions: { filter: string } }): AsyncGenerator<MemoryRow> {
    yield* this.select(options.queryOptions.filter);
  }

  /** The rows that a query asks for. */
  *select(filter: string): Generator<MemoryRow> {
    const [, partition] = partitionQuery.exec(filter) ?? [];
    if (partition !== undefined) {
      for (const rows of this.#days.get(partition)?.values() ?? []) yield* rows.values();
      return;
    }
    const [all, first = '', last = '', from = '', to = '', fence] = rangeQuery.exec(filter) ?? [];
    if (!all) throw new Error(`a query that this table does not know: ${filter}`);
    for (const [day, buckets] of this.#days) {
      if (day < first || day > last) continue;
      for (const [bucket, rows] of buckets) {
        const near = bucket >= bucketOf(from) && bucket <= bucketOf(to);
        if (!near && bucket !== fence) continue;
        for (const [key, row] of rows) if ((key >= from && key <= to) || key === fence) yield row;
      }
    }
  }

  async createEntity(entity: Keys): Promise<MemoryRow> {
    const { subResponses } = await this.submitTransaction([['create', entity]]);
    return subResponses[0] as MemoryRow;
  }

  async updateEntity(entity: Keys, mode: 'Replace', options: { etag: string }): Promise<MemoryRow> {
    const { subResponses } = await this.submitTransaction([['update', entity, mode, options]]);
    return subResponses[0] as MemoryRow;
  }

  async upsertEntity(entity: Keys): Promise<void> {
    await this.submitTransaction([['upsert', entity]]);
  }

  /** All or nothing. */
  async submitTransaction(actions: TransactionAction[]): Promise<{ subResponses: MemoryRow[] }> {
    const rows = actions.map(([, entity]) => this.accept(entity as Keys));
    for (const [index, [kind, , , options]] of actions.entries()) {
      const row = rows[index];
      if (row) this.#check(kind, row, (options as { etag?: string } | undefined)?.etag);
    }
    return { subResponses: rows.map((row) => this.#write(row)) };
  }

  /** The row as it is to be kept. */
  protected accept(entity: Keys): Keys {
    return entity;
  }

  #check(kind: string, keys: Keys, etag?: string): void {
    const stored = this.#find(keys);
    if (kind === 'create' && stored) throw refusal(409);
    if (kind === 'update' && stored?.etag !== etag) throw refusal(412);
  }

  #write(entity: Keys): MemoryRow {
    this.#writes += 1;
    const row: MemoryRow = { ...entity, etag: String(this.#writes) };
    const { partitionKey: day, rowKey } = row;
    const buckets = this.#days.get(day) ?? new Map<string, Map<string, MemoryRow>>();
    const bucket = buckets.get(bucketOf(rowKey)) ?? new Map<string, MemoryRow>();
    this.#days.set(day, buckets.set(bucketOf(rowKey), bucket.set(rowKey, row)));
    return row;
  }

  #find({ partitionKey, rowKey }: Keys): MemoryRow | undefined {
    return this.#days.get(partitionKey)?.get(bucketOf(rowKey))?.get(rowKey);
  }
}

const refusal = (statusCode: number) => new RestError(`refused: ${statusCode}`, { statusCode });
