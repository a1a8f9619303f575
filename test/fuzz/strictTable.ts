import { RestError, type TableClient, type TransactionAction } from '@azure/data-tables';

interface Row {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly etag: string;
  readonly [property: string]: unknown;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: Azure forbids them.
const forbidden = /[/\\#?\u0000-\u001f\u007f-\u009f]/;
const mebibyte = 1_048_576;

/**
 * As much of a table as the ledger uses, in memory, which refuses with an Error what Azure refuses
 * and Azurite takes: keys that may not be, properties and entities that are too long, text that is
 * no UTF-16, one row twice in a transaction.
 */
export class StrictTable {
  readonly rows = new Map<string, Row>();
  #writes = 0;

  /** What the ledger takes for the SDK's client. */
  get client(): TableClient {
    return this as unknown as TableClient;
  }

  async createTable(): Promise<void> {}

  async getEntity(partitionKey: string, rowKey: string): Promise<Row> {
    const row = this.rows.get(place(partitionKey, rowKey));
    if (!row) throw refusal(404);
    return row;
  }

  async *listEntities({
    queryOptions: { filter },
  }: {
    queryOptions: { filter: string };
  }): AsyncGenerator<Row> {
    const pattern =
      /^PartitionKey ge '(.*?)' and PartitionKey le '(.*?)' and \(\(RowKey ge '(.*?)' and RowKey le '(.*?)'\) or RowKey eq '(.*?)'\)$/;
    const [all, first = '', last = '', from = '', to = '', fence] = pattern.exec(filter) ?? [];
    if (!all) throw new Error(`a query that this table does not know: ${filter}`);
    for (const row of [...this.rows.values()]) {
      const { partitionKey: day, rowKey: key } = row;
      if (day >= first && day <= last && ((key >= from && key <= to) || key === fence)) yield row;
    }
  }

  async createEntity(entity: object): Promise<{ etag: string }> {
    const row = this.#checked(entity);
    const at = place(row.partitionKey, row.rowKey);
    if (this.rows.has(at)) throw refusal(409);
    this.rows.set(at, row);
    return row;
  }

  async updateEntity(
    entity: object,
    _: 'Replace',
    { etag }: { etag: string },
  ): Promise<{ etag: string }> {
    const row = this.#checked(entity);
    const at = place(row.partitionKey, row.rowKey);
    if (this.rows.get(at)?.etag !== etag) throw refusal(412);
    this.rows.set(at, row);
    return row;
  }

  async upsertEntity(entity: object): Promise<void> {
    const row = this.#checked(entity);
    this.rows.set(place(row.partitionKey, row.rowKey), row);
  }

  async submitTransaction(actions: TransactionAction[]): Promise<{ subResponses: Row[] }> {
    const rows = actions.map(([, entity]) => this.#checked(entity));
    if (actions.length > 100) throw new Error('more than 100 entities in a transaction');
    if (new Set(rows.map(({ partitionKey }) => partitionKey)).size > 1) {
      throw new Error('two partitions in a transaction');
    }
    if (new Set(rows.map(({ rowKey }) => rowKey)).size < rows.length) {
      throw new Error('one row twice in a transaction');
    }
    if (JSON.stringify(rows).length > 4 * mebibyte) throw new Error('a transaction over 4 MiB');
    for (const [index, action] of actions.entries()) {
      const row = rows[index];
      const stored = row && this.rows.get(place(row.partitionKey, row.rowKey));
      if (action[0] === 'create' && stored) throw refusal(409);
      if (action[0] === 'update' && stored?.etag !== (action[3] as { etag: string }).etag) {
        throw refusal(412);
      }
    }
    for (const row of rows) this.rows.set(place(row.partitionKey, row.rowKey), row);
    return { subResponses: rows };
  }

  #checked(entity: object): Row {
    this.#writes += 1;
    const kept = Object.entries(entity).filter(
      ([, value]) => value !== undefined && value !== null,
    );
    const row = { ...Object.fromEntries(kept), etag: `W/"${this.#writes}"` } as Row;
    checkKey(row.partitionKey);
    checkKey(row.rowKey);
    const size = kept.reduce((sum, [name, value]) => sum + checkProperty(name, value), 0);
    if (size > mebibyte) throw new Error(`an entity of ${size} bytes`);
    if (kept.length > 252) throw new Error(`an entity of ${kept.length} properties`);
    return row;
  }
}

const place = (partitionKey: string, rowKey: string) => JSON.stringify([partitionKey, rowKey]);

const refusal = (statusCode: number) => new RestError(`refused: ${statusCode}`, { statusCode });

function checkKey(key: string) {
  if (typeof key !== 'string' || key.length > 512 || forbidden.test(key)) {
    throw new Error(`a key that may not be: ${JSON.stringify(key)}`);
  }
}

/** Its size in bytes: storage writes UTF-16. */
function checkProperty(name: string, value: unknown): number {
  if (typeof value !== 'string') {
    if (typeof value === 'boolean' || Number.isFinite(value)) return 2 * name.length + 8;
    throw new Error(`property ${name} is a ${typeof value}`);
  }
  if (value.length > 32_768) throw new Error(`property ${name} has ${value.length} characters`);
  if (!value.isWellFormed()) throw new Error(`property ${name} is no UTF-16`);
  return 2 * (name.length + value.length);
}
