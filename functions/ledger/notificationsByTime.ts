import type { StoredNotification } from './notification.ts';

/** Keys begin with their minute. */
const minuteOf = (key: string) => key.slice(0, 16);

/** Notifications by key; those of a few minutes are found without a look at all, of which a busy hour has thousands. */
export class NotificationsByTime {
  readonly #minutes = new Map<string, Map<string, StoredNotification>>();

  constructor(known: readonly StoredNotification[] = []) {
    for (const one of known) this.set(one);
  }

  get(key: string): StoredNotification | undefined {
    return this.#minutes.get(minuteOf(key))?.get(key);
  }

  set(one: StoredNotification): void {
    const { key } = one.notification;
    const minute = this.#minutes.get(minuteOf(key));
    if (minute) minute.set(key, one);
    else this.#minutes.set(minuteOf(key), new Map([[key, one]]));
  }

  delete(key: string): void {
    this.#minutes.get(minuteOf(key))?.delete(key);
  }

  keys(): string[] {
    return [...this.#minutes.values()].flatMap((minute) => [...minute.keys()]);
  }

  all(): StoredNotification[] {
    return [...this.#minutes.values()].flatMap((minute) => [...minute.values()]);
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

  dropBefore(from: string): void {
    for (const [minute, rows] of this.#minutes) {
      if (minute > minuteOf(from)) continue;
      for (const key of rows.keys()) if (key < from) rows.delete(key);
      if (rows.size === 0) this.#minutes.delete(minute);
    }
  }
}
