import {
  type Condition,
  type Entity,
  type KeySpan,
  LedgerConflict,
  type LedgerStore,
  mostWrites,
  type Query,
  type StoredRow,
  type StoreKeys,
  type Write,
} from './store.ts';

/** Keys begin with their minute, so that a query need not look at all of a day. */
const bucketOf = (rowKey: string) => rowKey.slice(0, 16);

type Buckets = Map<string, Map<string, StoredRow>>;

/** The ledger's rows in memory, for as long as the process lives. */
export class MemoryStore implements LedgerStore {
  readonly #partitions = new Map<string, Buckets>();
  #writes = 0;

  async get(keys: StoreKeys): Promise<StoredRow | undefined> {
    return this.#find(keys);
  }

  async *query(query: Query): AsyncGenerator<StoredRow> {
    yield* this.select(query);
  }

  /** The rows that a query asks for, all of one moment. */
  select({ partitions = {}, keys = [{}], where = [] }: Query): StoredRow[] {
    const found = [...this.#partitions.keys()].sort().filter((key) => isWithin(key, partitions));
    return found.flatMap((partition) => this.#rowsWithin(partition, keys).filter(meets(where)));
  }

  async insert(row: Entity): Promise<string> {
    return this.#only({ kind: 'insert', row });
  }

  async replace(row: Entity, etag: string): Promise<string> {
    return this.#only({ kind: 'replace', row, etag });
  }

  async put(row: Entity): Promise<void> {
    this.#only({ kind: 'put', row });
  }

  async remove({ partitionKey, rowKey }: StoreKeys, etag: string): Promise<void> {
    if (this.#find({ partitionKey, rowKey })?.etag !== etag) throw refusal();
    this.#only({ kind: 'remove', row: { partitionKey, rowKey } });
  }

  async transact(writes: readonly Write[]): Promise<string[]> {
    return this.write(writes);
  }

  /** Forgets a partition. */
  drop(partition: string): void {
    this.#partitions.delete(partition);
  }

  /** Does what every other write comes down to. */
  protected write(writes: readonly Write[]): string[] {
    const rows = new Set(writes.map(({ row }) => row.rowKey));
    const partitions = new Set(writes.map(({ row }) => row.partitionKey));
    if (writes.length > mostWrites || rows.size < writes.length || partitions.size > 1) {
      throw new Error('a transaction that storage refuses');
    }
    for (const write of writes) this.#check(write);
    return writes.map((write) => this.#do(write));
  }

  #only(write: Write): string {
    return this.write([write])[0] ?? '';
  }

  #check(write: Write): void {
    if (write.kind === 'put') return;
    const before = this.#find(write.row);
    if (write.kind === 'insert' ? before : !before) throw refusal();
    if (write.kind === 'replace' && before?.etag !== write.etag) throw refusal();
  }

  #do({ kind, row }: Write): string {
    const { partitionKey, rowKey } = row;
    const buckets: Buckets = this.#partitions.get(partitionKey) ?? new Map();
    const bucket = buckets.get(bucketOf(rowKey)) ?? new Map<string, StoredRow>();
    if (kind === 'remove') {
      bucket.delete(rowKey);
      return '';
    }
    this.#writes += 1;
    const etag = String(this.#writes);
    const kept = Object.entries(row).filter(([, value]) => value !== undefined && value !== null);
    bucket.set(rowKey, { ...(Object.fromEntries(kept) as Entity), etag });
    this.#partitions.set(partitionKey, buckets.set(bucketOf(rowKey), bucket));
    return etag;
  }

  #rowsWithin(partition: string, keys: readonly KeySpan[]): StoredRow[] {
    const found: StoredRow[] = [];
    for (const [minute, bucket] of this.#partitions.get(partition) ?? []) {
      if (!keys.some((span) => mayLieIn(minute, span))) continue;
      for (const [key, row] of bucket)
        if (keys.some((span) => isWithin(key, span))) found.push(row);
    }
    return found.sort((one, other) => (one.rowKey < other.rowKey ? -1 : 1));
  }

  #find({ partitionKey, rowKey }: StoreKeys): StoredRow | undefined {
    return this.#partitions.get(partitionKey)?.get(bucketOf(rowKey))?.get(rowKey);
  }
}

const refusal = () => new LedgerConflict('another writer was first');

const isWithin = (key: string, { from = '', to, before }: KeySpan) =>
  key >= from && (to === undefined || key <= to) && (before === undefined || key < before);

/** Whether keys that begin like this may lie in a span. */
const mayLieIn = (beginning: string, { from = '', to, before }: KeySpan) =>
  beginning >= bucketOf(from) && beginning <= (to ?? before ?? beginning);

const meets = (where: readonly Condition[]) => (row: StoredRow) =>
  where.every(({ property, is, value }) => {
    const own = row[property];
    if (typeof own !== 'string') return false;
    if (is === 'noneOf') return !value.includes(own);
    return value.some((one) =>
      is === 'anyOf' ? own === one : is === 'above' ? own > one : own < one,
    );
  });
