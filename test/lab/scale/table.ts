import { MemoryStore } from '../../../functions/ledger/memoryStore.ts';
import { isFinal, type State } from '../../../functions/ledger/notification.ts';
import { endReasons } from '../../../functions/ledger/reason.ts';
import type {
  Condition,
  Entity,
  KeySpan,
  LedgerStore,
  Query,
  StoredRow,
  StoreKeys,
  Write,
} from '../../../functions/ledger/store.ts';

/** Rows that one answer of a query holds, each of which Azure bills. */
const pageSize = 1000;

/** Milliseconds that a request takes. */
const latencyMs = 10;

/** What a process has asked for: requests, as Graph and Azure count them. */
export interface Meter {
  graph: number;
  table: number;
}

/** The ledger's table: finds what is open without looking at every row. */
export class IndexedTable extends MemoryStore {
  /** What is open, by the minute in which it is to leave: of a long line few are asked for. */
  readonly #open = new Map<string, Map<string, StoredRow>>();
  /** The minute of each. */
  readonly #minutes = new Map<string, string>();
  /** What ended without a mail, by key: it is asked for every ten minutes. */
  readonly #untold = new Map<string, StoredRow>();
  readonly #watch: (row: StoredRow) => void;

  /** `watch` is told of each row that is written. */
  constructor(watch: (row: StoredRow) => void) {
    super();
    this.#watch = watch;
  }

  /** Notifications that are not final. */
  get open(): number {
    return this.#minutes.size;
  }

  override select(query: Query): StoredRow[] {
    const { where = [], partitions = {}, keys } = query;
    const [state, due] = where;
    if (keys || where.length > 2 || !state) return super.select(query);
    if (asksForUntold(state, due)) {
      const after = String(state.value[0]);
      const found = [...this.#untold.values()].filter((row) => String(row['endedAt']) > after);
      return within(partitions, found);
    }
    if (asksForOpen(state) && asksForDue(due)) return within(partitions, this.#due(due?.value[0]));
    return super.select(query);
  }

  /** What is open, and is to leave before that. */
  #due(before: string | undefined): StoredRow[] {
    const found: StoredRow[] = [];
    for (const [minute, rows] of this.#open) {
      if (before !== undefined && minute > before) continue;
      for (const row of rows.values()) {
        if (before === undefined || String(row['notBefore']) < before) found.push(row);
      }
    }
    return found;
  }

  protected override write(writes: readonly Write[]): string[] {
    const etags = super.write(writes);
    for (const [index, { kind, row }] of writes.entries()) {
      if (kind === 'remove') this.#forget(row.rowKey);
      else if (row['state'] !== undefined || row['endedAt'] !== undefined) {
        this.#note({ ...row, etag: etags[index] ?? '' });
      }
    }
    return etags;
  }

  #note(row: StoredRow): void {
    const { rowKey: key, state, endedAt, reason } = row;
    this.#forget(key);
    if (typeof state === 'string' && !isFinal(state as State)) this.#keepOpen(row);
    if (typeof endedAt === 'string' && !told.has(reason)) this.#untold.set(key, row);
    this.#watch(row);
  }

  #forget(key: string): void {
    this.#close(key);
    this.#untold.delete(key);
  }

  #close(key: string): void {
    const minute = this.#minutes.get(key);
    if (minute === undefined) return;
    this.#minutes.delete(key);
    const rows = this.#open.get(minute);
    rows?.delete(key);
    if (rows?.size === 0) this.#open.delete(minute);
  }

  #keepOpen(row: StoredRow): void {
    const minute = String(row['notBefore']).slice(0, 16);
    this.#minutes.set(row.rowKey, minute);
    const rows = this.#open.get(minute);
    if (rows) rows.set(row.rowKey, row);
    else this.#open.set(minute, new Map([[row.rowKey, row]]));
  }
}

/** Those of some partitions, in the order of their keys. */
const within = ({ from = '', before }: KeySpan, rows: readonly StoredRow[]): StoredRow[] =>
  rows
    .filter(({ partitionKey: day }) => day >= from && (before === undefined || day < before))
    .sort((one, other) => (keysOf(one) < keysOf(other) ? -1 : 1));

const keysOf = ({ partitionKey, rowKey }: StoredRow) => `${partitionKey} ${rowKey}`;

/** As `Ledger.readOpen` asks. */
const asksForOpen = ({ property, is, value }: Condition) =>
  property === 'state' && is === 'noneOf' && value.every((state) => isFinal(state as State));

const told: ReadonlySet<unknown> = new Set(endReasons.sent);

/** As `Ledger.countUntold` asks. */
const asksForUntold = (ended: Condition, reason: Condition | undefined) =>
  ended.property === 'endedAt' &&
  ended.is === 'above' &&
  reason?.property === 'reason' &&
  reason.is === 'noneOf' &&
  reason.value.length === told.size &&
  reason.value.every((one) => told.has(one));

const asksForDue = (one: Condition | undefined) =>
  one === undefined || (one.property === 'notBefore' && one.is === 'below');

/** A process's way to the table, on the virtual clock: counts transactions as Azure bills them. */
export class TableAccess implements LedgerStore {
  readonly #table: IndexedTable;
  readonly #meter: Meter;
  readonly #sleep: (milliseconds: number) => Promise<void>;

  constructor(table: IndexedTable, meter: Meter, sleep: (milliseconds: number) => Promise<void>) {
    this.#table = table;
    this.#meter = meter;
    this.#sleep = sleep;
  }

  async get(keys: StoreKeys): Promise<StoredRow | undefined> {
    await this.#request();
    return this.#table.get(keys);
  }

  async *query(query: Query): AsyncGenerator<StoredRow> {
    await this.#request();
    // All of an answer is of one moment, however long the reader takes.
    for (const [index, row] of this.#table.select(query).entries()) {
      if (index > 0 && index % pageSize === 0) await this.#request();
      yield row;
    }
  }

  async insert(row: Entity): Promise<string> {
    await this.#request();
    return this.#table.insert(row);
  }

  async replace(row: Entity, etag: string): Promise<string> {
    await this.#request();
    return this.#table.replace(row, etag);
  }

  async put(row: Entity): Promise<void> {
    await this.#request();
    return this.#table.put(row);
  }

  async remove(row: StoreKeys, etag: string): Promise<void> {
    await this.#request();
    return this.#table.remove(row, etag);
  }

  async transact(writes: readonly Write[]): Promise<string[]> {
    await this.#request();
    return this.#table.transact(writes);
  }

  async #request(): Promise<void> {
    this.#meter.table += 1;
    await this.#sleep(latencyMs);
  }
}
