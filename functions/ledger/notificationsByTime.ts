import type { StoredNotification } from './notification.ts';
import { makerOf, namesIn } from './personNames.ts';

/** Keys begin with their minute. */
const minuteOf = (key: string) => key.slice(0, 16);

/**
 * Notifications by key; those of a few minutes, or of a person, are found without a look at all, of which a busy
 * hour has thousands.
 */
export class NotificationsByTime {
  readonly #minutes = new Map<string, Map<string, StoredNotification>>();
  /** Name → keys of those that may be about whom it names. */
  readonly #named = new Map<string, Set<string>>();
  /** Whoever else made changes → keys of those that tell of them. */
  readonly #made = new Map<string, Set<string>>();

  constructor(known: readonly StoredNotification[] = []) {
    for (const one of known) this.set(one);
  }

  get(key: string): StoredNotification | undefined {
    return this.#minutes.get(minuteOf(key))?.get(key);
  }

  set(one: StoredNotification): void {
    const { key } = one.notification;
    const minute = this.#minutes.get(minuteOf(key));
    const before = minute?.get(key);
    if (minute) minute.set(key, one);
    else this.#minutes.set(minuteOf(key), new Map([[key, one]]));
    if (before?.notification === one.notification) return;
    if (before) this.#unname(before);
    this.#name(one);
  }

  delete(key: string): void {
    const minute = this.#minutes.get(minuteOf(key));
    const before = minute?.get(key);
    minute?.delete(key);
    if (before) this.#unname(before);
  }

  /** Those among whose names this is, one of `namesOf`; no summaries, tests, or what follows upon a mail. */
  named(name: string): StoredNotification[] {
    return this.#all(this.#named.get(name));
  }

  /** Those that tell of changes by this one, as `makerOf` gives it; no summaries. */
  madeBy(maker: string): StoredNotification[] {
    return this.#all(this.#made.get(maker));
  }

  keys(): string[] {
    return [...this.#minutes.values()].flatMap((minute) => [...minute.keys()]);
  }

  *each(): Generator<StoredNotification> {
    for (const minute of this.#minutes.values()) yield* minute.values();
  }

  /** Those whose keys lie between two keys, or key times, both included. */
  between(from: string, to: string): StoredNotification[] {
    const found: StoredNotification[] = [];
    for (const [minute, rows] of this.#minutes) {
      if (minute < minuteOf(from) || minute > minuteOf(to)) continue;
      for (const [key, row] of rows) if (key >= from && key <= to) found.push(row);
    }
    return found;
  }

  #all(keys: Iterable<string> = []): StoredNotification[] {
    return [...keys].flatMap((key) => this.get(key) ?? []);
  }

  #name({ notification }: StoredNotification): void {
    const { key, followUp, summary, test, changes } = notification;
    if (summary) return;
    for (const change of changes) add(this.#made, makerOf(change), key);
    if (followUp || test) return;
    for (const name of namesIn(notification)) add(this.#named, name, key);
  }

  #unname({ notification }: StoredNotification): void {
    const { key, changes } = notification;
    for (const change of changes) remove(this.#made, makerOf(change), key);
    for (const name of namesIn(notification)) remove(this.#named, name, key);
  }

  dropBefore(from: string): void {
    for (const [minute, rows] of this.#minutes) {
      if (minute > minuteOf(from)) continue;
      for (const key of rows.keys()) if (key < from) this.delete(key);
      if (rows.size === 0) this.#minutes.delete(minute);
    }
  }
}

type Keys = Map<string, Set<string>>;

function add(map: Keys, name: string | undefined, key: string): void {
  if (name === undefined) return;
  const keys = map.get(name);
  if (keys) keys.add(key);
  else map.set(name, new Set([key]));
}

function remove(map: Keys, name: string | undefined, key: string): void {
  const keys = name === undefined ? undefined : map.get(name);
  keys?.delete(key);
  if (keys?.size === 0) map.delete(name ?? '');
}
