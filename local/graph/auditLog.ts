import type { AuditRecord } from './auditRecord.ts';
import { normaliseTime } from './auditTime.ts';

/** A row with what the log knows about it beside what Graph shows. */
export interface AuditEntry {
  readonly record: AuditRecord;
  /** Sort key: the normalised time, then the id. Unique, so a page can resume after it. */
  readonly key: string;
  /** From when on Graph lists the row: real rows arrive late and out of order. */
  readonly visibleAt: number;
  /** How many rows had been appended before. */
  readonly sequence: number;
}

/** The tenant's audit log: every row that was ever written, oldest first. */
export class AuditLog {
  readonly #now: () => Date;
  readonly #entries: AuditEntry[] = [];
  readonly #byId = new Map<string, AuditRecord>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Adds a row. Without `visibleAt` it is listed at once. */
  append(record: AuditRecord, visibleAt: Date = this.#now()): void {
    if (this.#byId.has(record.id)) throw new Error(`Audit id ${record.id} is taken`);
    const key = `${normaliseTime(record.activityDateTime) ?? ''}\u0000${record.id}`;
    const entry = { record, key, visibleAt: visibleAt.getTime(), sequence: this.#entries.length };
    this.#byId.set(record.id, record);
    this.#entries.splice(this.#position(key), 0, entry);
  }

  /** All rows, listed yet or not, by time. */
  all(): AuditRecord[] {
    return this.#entries.map(({ record }) => record);
  }

  byId(id: string): AuditRecord | undefined {
    return this.#byId.get(id);
  }

  /** How many rows there are: the sequence number of the next. */
  get size(): number {
    return this.#entries.length;
  }

  /** Rows in the asked order, starting behind `after`. */
  *entries(order: 'asc' | 'desc', after?: string): Generator<AuditEntry> {
    const step = order === 'asc' ? 1 : -1;
    let index = order === 'asc' ? 0 : this.#entries.length - 1;
    if (after !== undefined) {
      const at = this.#position(after);
      index = order === 'asc' && this.#entries[at]?.key === after ? at + 1 : at;
      if (order === 'desc') index = at - 1;
    }
    for (; ; index += step) {
      const entry = this.#entries[index];
      if (entry === undefined) return;
      yield entry;
    }
  }

  /** Index of the first entry whose key isn't smaller. */
  #position(key: string): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.key ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
