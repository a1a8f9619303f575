import { MemoryStore } from '../../../functions/ledger/memoryStore.ts';
import { isFinal, type State, states } from '../../../functions/ledger/notification.ts';
import { endReasons } from '../../../functions/ledger/reason.ts';
import {
  type Condition,
  type Entity,
  type KeySpan,
  type LedgerStore,
  type NextReplacement,
  type Query,
  type StoredRow,
  type StoreKeys,
  settled,
  type Write,
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
  readonly #open = new Map<string, StoredRow>();
  /** The same, by the minute in which they are due: a line is long, and little of it is due. */
  readonly #byMinute = new Map<string, Map<string, StoredRow>>();
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
    return this.#open.size;
  }

  override select(query: Query): StoredRow[] {
    const { where = [], partitions = {}, keys } = query;
    const [state, due, ...others] = where;
    if (!keys && asksForUntold(where)) return this.#selectUntold(partitions, where);
    if (!state || !asksForOpen(state) || keys || others.length > 0) return super.select(query);
    if (due && (due.is !== 'below' || due.property !== 'notBefore')) return super.select(query);
    const { from = '', before } = partitions;
    const by = due?.value[0];
    const found: StoredRow[] = [];
    for (const row of this.#minutesUntil(by)) {
      const { partitionKey: day } = row;
      if (day < from || (before !== undefined && day >= before)) continue;
      const isDue = by === undefined || String(row['notBefore']) < by;
      const isAmong = state.value.includes(String(row['state'])) === (state.is === 'anyOf');
      if (isDue && isAmong) found.push(row);
    }
    return found.sort((one, other) => (one.rowKey < other.rowKey ? -1 : 1));
  }

  protected override write(writes: readonly Write[]): string[] {
    const etags = super.write(writes);
    for (const [index, { kind, row }] of writes.entries()) {
      this.#untold.delete(row.rowKey);
      if (kind !== 'remove') this.#note(row, etags[index] ?? '');
    }
    return etags;
  }

  #selectUntold({ from = '', before }: KeySpan, [ended]: readonly Condition[]): StoredRow[] {
    const after = String(ended?.value[0]);
    return [...this.#untold.values()]
      .filter(({ partitionKey: day, endedAt }) => {
        return String(endedAt) > after && day >= from && (before === undefined || day < before);
      })
      .sort((one, other) => (one.rowKey < other.rowKey ? -1 : 1));
  }

  #note(entity: Entity, etag: string): void {
    const { rowKey: key, state, endedAt, reason } = entity;
    if (state === undefined && endedAt === undefined) return;
    const row = { ...entity, etag };
    if (typeof endedAt === 'string' && typeof reason === 'string' && !told.has(reason)) {
      this.#untold.set(key, row);
    }
    if (typeof state === 'string') {
      const before = this.#open.get(key);
      if (before) this.#byMinute.get(minuteOf(before))?.delete(key);
      if (isFinal(state as State)) this.#open.delete(key);
      else {
        this.#open.set(key, row);
        const minute = minuteOf(row);
        const rows = this.#byMinute.get(minute) ?? new Map<string, StoredRow>();
        this.#byMinute.set(minute, rows.set(key, row));
      }
    }
    this.#watch(row);
  }

  *#minutesUntil(by: string | undefined): Generator<StoredRow> {
    for (const [minute, rows] of this.#byMinute) {
      if (rows.size === 0) this.#byMinute.delete(minute);
      else if (by === undefined || minute <= by) yield* rows.values();
    }
  }
}

const told: ReadonlySet<unknown> = new Set(endReasons.sent);

/** As `Ledger.countUntold` asks. */
const asksForUntold = ([ended, reason]: readonly Condition[]) =>
  ended?.property === 'endedAt' &&
  ended.is === 'above' &&
  reason?.property === 'reason' &&
  reason.is === 'noneOf' &&
  reason.value.length === told.size &&
  reason.value.every((one) => told.has(one));

const minuteOf = (row: StoredRow) => String(row['notBefore']).slice(0, 16);

const finals = states.filter(isFinal);

/** As `Ledger.readOpen` asks. */
const asksForOpen = ({ property, is, value }: Condition) =>
  property === 'state' &&
  (is === 'noneOf'
    ? finals.every((state) => value.includes(state))
    : is === 'anyOf' && !finals.some((state) => value.includes(state)));

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

  async transact(writes: readonly (Write | NextReplacement)[]): Promise<string[]> {
    const ready = await settled(writes);
    await this.#request();
    return this.#table.transact(ready);
  }

  async #request(): Promise<void> {
    this.#meter.table += 1;
    await this.#sleep(latencyMs);
  }
}
