import type { AuditRecord } from '../../../local/graph/auditRecord.ts';
import type { PasskeyMethod } from '../../../local/graph/passkeyMethods.ts';
import { type Change, type Kind, writeRows } from './kinds.ts';

/** How long the rows of a change are kept as they were written, in ms of their age. */
const keptMs = 80 * 60_000;

/** So many older ones are kept as well: the rows of a change are asked for one after the other. */
const mostOld = 2000;

/** What a query asks for. Times in ms since 1970; `after` is where the page before ended. */
export interface AuditQuery {
  readonly from: number;
  readonly to: number;
  readonly services: ReadonlySet<string>;
  readonly activities: ReadonlySet<string>;
  readonly after: number;
}

/**
 * The audit log of a tenant: which row is of when, and since when it is there. The rows themselves
 * are written when they are asked for, and forgotten after the overlap.
 */
export class AuditLog {
  readonly changes: readonly Change[];
  /** For each change, since when a row that tells of it is there; in ms since 1970. */
  readonly arrivals: Float64Array;
  /** The newest passkey of a person, by object id. */
  readonly passkeys = new Map<string, PasskeyMethod>();
  readonly #times: Float64Array;
  readonly #visible: Float64Array;
  readonly #owners: Uint32Array;
  readonly #parts: Uint8Array;
  /** Rows in the order in which they are listed. */
  readonly #listed: Uint32Array;
  readonly #written = new Map<number, readonly AuditRecord[]>();
  readonly #old = new Map<number, readonly AuditRecord[]>();

  /** `lateness` gives for each row of a change how long it takes to be listed, in ms. */
  constructor(changes: readonly Change[], lateness: (change: Change) => readonly number[]) {
    this.changes = changes;
    this.arrivals = new Float64Array(changes.length).fill(Number.POSITIVE_INFINITY);
    const rows: { time: number; visible: number; owner: number; part: number }[] = [];
    for (const [owner, change] of changes.entries()) {
      const late = lateness(change);
      for (const [part, offset] of change.kind.offsets.entries()) {
        const time = change.time + offset;
        const visible = time + (late[part] ?? 0);
        rows.push({ time, visible, owner, part });
        if (!change.kind.telling.includes(part)) continue;
        this.arrivals[owner] = Math.min(this.arrivals[owner] ?? visible, visible);
      }
    }
    rows.sort((one, other) => one.time - other.time);
    this.#times = Float64Array.from(rows, ({ time }) => time);
    this.#visible = Float64Array.from(rows, ({ visible }) => visible);
    this.#owners = Uint32Array.from(rows, ({ owner }) => owner);
    this.#parts = Uint8Array.from(rows, ({ part }) => part);
    this.#listed = Uint32Array.from(rows.keys()).sort(
      (one, other) => (this.#visible[one] ?? 0) - (this.#visible[other] ?? 0),
    );
  }

  /** How many rows there are in all. */
  get rows(): number {
    return this.#times.length;
  }

  /** Up to `most` rows that are there by `now`, oldest first, and where to go on if there are more. */
  read(query: AuditQuery, most: number, now: number): { rows: AuditRecord[]; next?: number } {
    const rows: AuditRecord[] = [];
    let index = Math.max(query.after, this.#firstAt(query.from));
    for (; index < this.#times.length && (this.#times[index] ?? 0) <= query.to; index += 1) {
      if ((this.#visible[index] ?? 0) > now) continue;
      const change = this.changes[this.#owners[index] ?? 0];
      const part = this.#parts[index] ?? 0;
      if (!change || !isAsked(change.kind, part, query)) continue;
      if (rows.length === most) return { rows, next: index };
      const row = this.#write(change, now)[part];
      if (row) rows.push(row);
    }
    return { rows };
  }

  /** The rows that are listed by `now` and were not when as many had been as `from` says, as they came. */
  listed(from: number, now: number): AuditRecord[] {
    const rows: AuditRecord[] = [];
    for (let at = from; at < this.#listed.length; at += 1) {
      const row = this.#listed[at] ?? 0;
      if ((this.#visible[row] ?? 0) > now) break;
      const change = this.changes[this.#owners[row] ?? 0];
      const written = change && this.#write(change, now)[this.#parts[row] ?? 0];
      if (written) rows.push(written);
    }
    return rows;
  }

  #write(change: Change, now: number): readonly AuditRecord[] {
    const known = this.#written.get(change.number) ?? this.#old.get(change.number);
    if (known) return known;
    const { rows, passkey } = writeRows(change);
    const [first] = rows;
    const person = first?.initiatedBy.user?.id;
    if (passkey && person) this.passkeys.set(person, passkey);
    if (now - change.time < keptMs) this.#written.set(change.number, rows);
    else this.#old.set(change.number, rows);
    this.#forget(now);
    return rows;
  }

  /** In the order in which they were written, which is about that of their times. */
  #forget(now: number): void {
    const [oldest] = this.#old.size > mostOld ? this.#old.keys() : [];
    if (oldest !== undefined) this.#old.delete(oldest);
    for (const number of this.#written.keys()) {
      if (now - (this.changes[number]?.time ?? 0) < keptMs) return;
      this.#written.delete(number);
    }
  }

  #firstAt(time: number): number {
    let [low, high] = [0, this.#times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#times[middle] ?? 0) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isAsked({ rows }: Kind, part: number, { services, activities }: AuditQuery): boolean {
  const row = rows[part];
  return row !== undefined && (services.has(row.service) || activities.has(row.activity));
}
