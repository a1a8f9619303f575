import type { StoredNotification } from './notification.ts';
import { makerOf, namesIn } from './personNames.ts';

/** Keys begin with their minute. */
const minuteOf = (key: string) => key.slice(0, 16);

type Row = StoredNotification['notification'];
type NamesOf = (row: Row) => Iterable<string>;

const peopleIn: NamesOf = ({ followUp, test, ...row }) => (followUp || test ? [] : namesIn(row));
const makersIn: NamesOf = ({ changes }) => changes.flatMap((change) => makerOf(change) ?? []);

/** JSON outside the heap: a quarter of the memory, and a few microseconds to read. */
type Packed = Buffer;
type Kept = StoredNotification | Packed;
type Minute = Map<string, Kept>;

/**
 * Notifications by key; those of a few minutes, or of a person, are found without a look at all, of which a busy
 * hour has thousands.
 */
export class NotificationsByTime {
  readonly #minutes = new Map<string, Minute>();
  readonly #packed = new Set<string>();
  readonly #people = new Index(peopleIn);
  readonly #makers = new Index(makersIn);

  constructor(known: readonly StoredNotification[] = []) {
    for (const one of known) this.set(one);
  }

  get(key: string): StoredNotification | undefined {
    const one = this.#minutes.get(minuteOf(key))?.get(key);
    return one && unpacked(one);
  }

  has(key: string): boolean {
    return this.#minutes.get(minuteOf(key))?.has(key) ?? false;
  }

  set(one: StoredNotification): void {
    const { key } = one.notification;
    const name = minuteOf(key);
    const minute: Minute = this.#minutes.get(name) ?? new Map();
    const kept = minute.get(key);
    const before = kept && unpacked(kept).notification;
    this.#minutes.set(name, minute.set(key, one));
    this.#packed.delete(name);
    if (before !== one.notification) this.#index(name, before, one.notification);
  }

  delete(key: string): void {
    const minute = minuteOf(key);
    const before = this.get(key);
    if (!before) return;
    this.#minutes.get(minute)?.delete(key);
    this.#index(minute, before.notification);
  }

  /**
   * Those among whose names this is, one of `namesOf`, whose keys lie between two keys, or key times, both
   * included; no summaries, tests, or what follows upon a mail.
   */
  named(name: string, from = '', to = '~'): StoredNotification[] {
    return this.#known(this.#people.find(name, from, to, this.#minutes));
  }

  /** Those that tell of changes by this one, as `makerOf` gives it; no summaries. */
  madeBy(maker: string): StoredNotification[] {
    return this.#known(this.#makers.find(maker, '', '~', this.#minutes));
  }

  keys(): string[] {
    return [...this.#minutes.values()].flatMap((rows) => [...rows.keys()]);
  }

  *each(): Generator<StoredNotification> {
    for (const rows of this.#minutes.values()) for (const one of rows.values()) yield unpacked(one);
  }

  /** Packs those of the minutes before a key time, of which there are many and few are asked for any more. */
  pack(before: string): void {
    const first = minuteOf(before);
    for (const [name, rows] of this.#minutes) {
      if (name >= first || this.#packed.has(name)) continue;
      this.#packed.add(name);
      for (const [key, one] of rows) {
        if (!Buffer.isBuffer(one)) rows.set(key, Buffer.from(JSON.stringify(one)));
      }
    }
  }

  /** Those whose keys lie between two keys, or key times, both included. */
  between(from: string, to: string): StoredNotification[] {
    return this.#keptBetween(from, to).map(unpacked);
  }

  /** How many lie there. */
  countBetween(from: string, to: string): number {
    return this.#keptBetween(from, to).length;
  }

  #keptBetween(from: string, to: string): Kept[] {
    const [first, last] = [minuteOf(from), minuteOf(to)];
    const found: Kept[] = [];
    for (const [name, rows] of this.#minutes) {
      if (name < first || name > last) continue;
      for (const [key, one] of rows) if (key >= from && key <= to) found.push(one);
    }
    return found;
  }

  dropBefore(from: string): void {
    for (const [name, rows] of this.#minutes) {
      if (name > minuteOf(from)) continue;
      for (const key of [...rows.keys()]) if (key < from) this.delete(key);
      if (name < minuteOf(from)) {
        this.#minutes.delete(name);
        this.#packed.delete(name);
        for (const index of [this.#people, this.#makers]) index.forget(name);
      }
    }
  }

  #index(minute: string, before: Row | undefined, after?: Row): void {
    for (const index of [this.#people, this.#makers]) index.change(minute, before, after);
  }

  #known(keys: readonly string[]): StoredNotification[] {
    return keys.flatMap((key) => this.get(key) ?? []);
  }
}

const unpacked = (one: Kept): StoredNotification =>
  Buffer.isBuffer(one) ? (JSON.parse(one.toString()) as StoredNotification) : one;

/** Name → keys of what it names; no summaries. Who is who in a minute is looked at when it is first asked for. */
class Index {
  readonly #namesOf: NamesOf;
  /** Nearly all names are of one key, and a set of its own for each would be half of all that is known here. */
  readonly #keys = new Map<string, string | Set<string>>();
  /** Minutes that have been looked at. */
  readonly #seen = new Set<string>();
  readonly #unseen = new Set<string>();

  constructor(namesOf: NamesOf) {
    this.#namesOf = namesOf;
  }

  /** The keys between two keys, both included, in the order of time. */
  find(name: string, from: string, to: string, minutes: ReadonlyMap<string, Minute>): string[] {
    const [first, last] = [minuteOf(from), minuteOf(to)];
    for (const minute of this.#unseen) {
      if (minute < first || minute > last) continue;
      this.#unseen.delete(minute);
      this.#seen.add(minute);
      for (const one of minutes.get(minute)?.values() ?? []) this.#add(unpacked(one).notification);
    }
    const known = this.#keys.get(name) ?? [];
    const keys = typeof known === 'string' ? [known] : [...known];
    return keys.filter((key) => key >= from && key <= to).sort();
  }

  /** To be called with what a row was, if it was there, and what it is now, if it is. */
  change(minute: string, before: Row | undefined, after: Row | undefined): void {
    if (!this.#seen.has(minute)) {
      this.#unseen.add(minute);
      return;
    }
    if (before) this.#remove(before);
    if (after) this.#add(after);
  }

  /** To be called once a minute has no rows any more. */
  forget(minute: string): void {
    this.#seen.delete(minute);
    this.#unseen.delete(minute);
  }

  #add(row: Row): void {
    if (row.summary) return;
    for (const name of this.#namesOf(row)) {
      const keys = this.#keys.get(name);
      if (typeof keys === 'object') keys.add(row.key);
      else this.#keys.set(name, keys ? new Set([keys, row.key]) : row.key);
    }
  }

  #remove(row: Row): void {
    for (const name of this.#namesOf(row)) {
      const keys = this.#keys.get(name);
      if (typeof keys === 'object') keys.delete(row.key);
      if (keys === row.key || (typeof keys === 'object' && keys.size === 0))
        this.#keys.delete(name);
    }
  }
}
