import type { StoredNotification } from './notification.ts';
import { makerOf, namesIn } from './personNames.ts';

/** Keys begin with their minute. */
const minuteOf = (key: string) => key.slice(0, 16);

/**
 * Notifications by key; those of a few minutes, or of a person, are found without a look at all, of which a busy
 * hour has thousands.
 */
export class NotificationsByTime {
  readonly #minutes = new Map<string, Minute>();

  constructor(known: readonly StoredNotification[] = []) {
    for (const one of known) this.set(one);
  }

  get(key: string): StoredNotification | undefined {
    return this.#minutes.get(minuteOf(key))?.rows.get(key);
  }

  set(one: StoredNotification): void {
    const name = minuteOf(one.notification.key);
    const minute = this.#minutes.get(name) ?? new Minute();
    this.#minutes.set(name, minute);
    minute.set(one);
  }

  delete(key: string): void {
    this.#minutes.get(minuteOf(key))?.delete(key);
  }

  /**
   * Those among whose names this is, one of `namesOf`, whose keys lie between two keys, or key times, both
   * included; no summaries, tests, or what follows upon a mail.
   */
  named(name: string, from = '', to = '~'): StoredNotification[] {
    return this.#within(from, to, (minute) => minute.named(name));
  }

  /** Those that tell of changes by this one, as `makerOf` gives it; no summaries. */
  madeBy(maker: string): StoredNotification[] {
    return this.#within('', '~', (minute) => minute.madeBy(maker));
  }

  keys(): string[] {
    return [...this.#minutes.values()].flatMap(({ rows }) => [...rows.keys()]);
  }

  *each(): Generator<StoredNotification> {
    for (const { rows } of this.#minutes.values()) yield* rows.values();
  }

  /** Those whose keys lie between two keys, or key times, both included. */
  between(from: string, to: string): StoredNotification[] {
    return this.#within(from, to, ({ rows }) => rows.values());
  }

  dropBefore(from: string): void {
    for (const [name, minute] of this.#minutes) {
      if (name > minuteOf(from)) continue;
      if (name < minuteOf(from)) this.#minutes.delete(name);
      else for (const key of [...minute.rows.keys()]) if (key < from) minute.delete(key);
    }
  }

  #within(
    from: string,
    to: string,
    of: (minute: Minute) => Iterable<StoredNotification>,
  ): StoredNotification[] {
    const [first, last] = [minuteOf(from), minuteOf(to)];
    const found: StoredNotification[] = [];
    for (const [name, minute] of this.#minutes) {
      if (name < first || name > last) continue;
      for (const one of of(minute)) {
        const { key } = one.notification;
        if (key >= from && key <= to) found.push(one);
      }
    }
    return found;
  }
}

type NamesOf = (row: StoredNotification['notification']) => Iterable<string>;

const peopleIn: NamesOf = ({ followUp, test, ...row }) => (followUp || test ? [] : namesIn(row));
const makersIn: NamesOf = ({ changes }) => changes.flatMap((change) => makerOf(change) ?? []);

/** The notifications of a minute. Who is who in them is looked at when it is first asked for: in most it never is. */
class Minute {
  readonly rows = new Map<string, StoredNotification>();
  #people: Index | undefined;
  #makers: Index | undefined;

  set(one: StoredNotification): void {
    const { key } = one.notification;
    const before = this.rows.get(key);
    this.rows.set(key, one);
    if (before?.notification === one.notification) return;
    for (const index of [this.#people, this.#makers]) {
      if (before) index?.remove(before);
      index?.add(one);
    }
  }

  delete(key: string): void {
    const before = this.rows.get(key);
    if (!before) return;
    this.rows.delete(key);
    for (const index of [this.#people, this.#makers]) index?.remove(before);
  }

  named(name: string): StoredNotification[] {
    this.#people ??= new Index(peopleIn, this.rows.values());
    return this.#all(this.#people.get(name));
  }

  madeBy(maker: string): StoredNotification[] {
    this.#makers ??= new Index(makersIn, this.rows.values());
    return this.#all(this.#makers.get(maker));
  }

  #all(keys: Iterable<string>): StoredNotification[] {
    const found: StoredNotification[] = [];
    for (const key of keys) {
      const one = this.rows.get(key);
      if (one) found.push(one);
    }
    return found;
  }
}

/** Name → keys of what it names; no summaries. */
class Index {
  readonly #namesOf: NamesOf;
  readonly #keys = new Map<string, Set<string>>();

  constructor(namesOf: NamesOf, rows: Iterable<StoredNotification>) {
    this.#namesOf = namesOf;
    for (const one of rows) this.add(one);
  }

  get(name: string): Iterable<string> {
    return this.#keys.get(name) ?? [];
  }

  add({ notification }: StoredNotification): void {
    if (notification.summary) return;
    for (const name of this.#namesOf(notification)) {
      const keys = this.#keys.get(name);
      if (keys) keys.add(notification.key);
      else this.#keys.set(name, new Set([notification.key]));
    }
  }

  remove({ notification }: StoredNotification): void {
    for (const name of this.#namesOf(notification)) {
      const keys = this.#keys.get(name);
      keys?.delete(notification.key);
      if (keys?.size === 0) this.#keys.delete(name);
    }
  }
}
