import { appendFileSync, existsSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { Impossible, UsageError } from '../command.ts';
import { whyNot } from '../files.ts';
import { writePrivately } from '../writePrivately.ts';
import type { Look, Person } from './person.ts';

/** What an inventory is of. One that goes on must be of the same. */
interface Scope {
  readonly origin: string;
  readonly whose: readonly string[];
  readonly details: string;
  readonly lastUsed: boolean;
}

/** What was read, as it was read: pages of the report, then looks at people. */
type Entry =
  | { readonly scope: Scope; readonly startedAt: string }
  /** `next`: the page that follows; null where it was the last. */
  | {
      readonly people: readonly Person[];
      readonly unreadable: number;
      readonly next: string | null;
    }
  /** The pages so far are of a report that can't be gone on with. */
  | { readonly again: true }
  /** Whose methods are asked for, where it is not everybody's. Groups may change before it goes on. */
  | { readonly ids: readonly string[] }
  | { readonly id: string; readonly look: Look };

/** Where an inventory stands. */
interface Read {
  readonly startedAt: string;
  ids?: readonly string[];
  /** By object id: a report that is made anew between two pages has somebody on both. */
  readonly people: Map<string, Person>;
  unreadable: number;
  /** The page to read next; undefined before the first, null after the last. */
  next: string | null | undefined;
  readonly looks: Map<string, Look>;
}

export interface Journal {
  /** What was read before. */
  readonly read: Read;
  write(entry: Exclude<Entry, { scope: Scope }>): void;
  /** Takes it away: all of it has been used. */
  remove(): void;
}

const fresh = (startedAt: string): Read => ({
  startedAt,
  people: new Map(),
  unreadable: 0,
  next: undefined,
  looks: new Map(),
});

/**
 * Opens the file that an inventory is kept in, readable by its owner alone, or none: then nothing is kept.
 * Throws `UsageError` where the file is another inventory's or no inventory, `Impossible` where it can't be
 * written.
 */
export function openJournal(file: string | undefined, scope: Scope, now: Date): Journal {
  const startedAt = now.toISOString();
  if (file === undefined) {
    const read = fresh(startedAt);
    return { read, write: (entry) => apply(read, entry), remove: () => undefined };
  }
  const read = existsSync(file) ? readBack(file, scope) : undefined;
  if (!read) writePrivately(file, `${JSON.stringify({ scope, startedAt })}\n`, '--resume');
  const state = read ?? fresh(startedAt);
  return {
    read: state,
    write(entry) {
      try {
        appendFileSync(file, `${JSON.stringify(entry)}\n`);
      } catch (error) {
        throw new Impossible(`${file} can't be written: ${whyNot(error)}`);
      }
      apply(state, entry);
    },
    remove: () => rmSync(file, { force: true }),
  };
}

function apply(read: Read, entry: Exclude<Entry, { scope: Scope }>): void {
  if ('people' in entry) {
    for (const person of entry.people) read.people.set(person.id, person);
    read.unreadable += entry.unreadable;
    read.next = entry.next;
  } else if ('again' in entry) {
    read.people.clear();
    read.unreadable = 0;
    read.next = undefined;
  } else if ('ids' in entry) read.ids = entry.ids;
  else read.looks.set(entry.id, entry.look);
}

function readBack(file: string, scope: Scope): Read {
  const wrong = (what: string) =>
    new UsageError(`${file} ${what}. Give another file to --resume, or delete it`);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} can't be read: ${whyNot(error)}. Give another file to --resume`);
  }
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const lines = whole.split('\n').slice(0, -1);
  if (lines.length === 0) throw wrong('is no inventory');
  let entries: Entry[];
  try {
    entries = lines.map((line) => JSON.parse(line) as Entry);
  } catch {
    throw wrong('is no inventory');
  }
  const [first, ...rest] = entries;
  if (entries.some((entry) => Object(entry) !== entry)) throw wrong('is no inventory');
  if (!first || !('scope' in first)) throw wrong('is no inventory');
  if (JSON.stringify(first.scope) !== JSON.stringify(scope)) {
    throw wrong('was begun with other options, or for another tenant');
  }
  const read = fresh(first.startedAt);
  for (const entry of rest) if (!('scope' in entry)) apply(read, entry);
  // What follows the end of the last line was being written when it stopped: it is read again.
  if (whole !== text) truncateSync(file, Buffer.byteLength(whole));
  return read;
}
