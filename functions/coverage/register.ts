import * as z from 'zod/mini';
import type { SharedClock } from '../clock.ts';
import type { Storage } from '../config/storage.ts';
import type { Credential } from '../graph/token.ts';
import { parsedJson } from '../ledger/lanes.ts';
import type { Stored } from '../ledger/progress.ts';
import {
  type Entity,
  type LedgerStore,
  mostWrites,
  StorageFailure,
  type StoredRow,
  type Write,
} from '../ledger/store.ts';
import { openStore } from '../ledger/tableStore.ts';
import { People } from './people.ts';
import { type Person, withoutPrevious } from './person.ts';
import type { Progress } from './progress.ts';

/** Beside the ledger's table, so that neither is in the other's way. */
const tableName = 'securityInfoKinds';

/** Opens the register. No call is made yet. `existing`: its table is not made where it is missing. */
export const openRegister = (
  storage: Storage,
  credential: Credential | undefined,
  existing = false,
  clock?: SharedClock,
): Register => new Register(openStore(storage, credential, { tableName, existing, clock }));

/** Somebody's row that is to be written; without a person it is deleted. */
export interface Pending {
  readonly id: string;
  readonly number: number;
  readonly person?: Person;
}

/** What the register's state row holds. */
export interface RegisterState {
  readonly progress: Progress;
  /** Whom the look has met: `Seen`. */
  readonly seen: string;
  /** Rows that wait until a transaction is full. They count as if they were written. */
  readonly pending: readonly Pending[];
  /** Words of the report beyond those that are known. */
  readonly learned: readonly string[];
  /** How many numbers were given. */
  readonly numbers: number;
}

/** What loading takes of it; without progress, before the first look. */
type Loaded = Pick<RegisterState, 'pending' | 'numbers'> & { readonly progress?: Progress };

/** People of one partition. Fewer partitions make fuller transactions, and more are read faster. */
const shelfSize = 250_000;

const shelf = (number: number) =>
  `kinds~${String(Math.floor(number / shelfSize)).padStart(3, '0')}`;
const stateKeys = { partitionKey: 'state', rowKey: 'look' } as const;
/** A string of a row holds 32 K characters. */
const mostCharacters = 30_000;

/** Who has which kinds of method, a row a person, and how far the look at them has come. */
export class Register {
  readonly store: LedgerStore;

  constructor(store: LedgerStore) {
    this.store = store;
  }

  /** Undefined before the first look. Throws `StorageFailure`, and a ZodError where other hands wrote it. */
  async readState(): Promise<Stored<RegisterState> | undefined> {
    const row = await this.store.get(stateKeys).catch(noTable);
    if (!row) return undefined;
    const value = storedState.parse(JSON.parse(joined(row))) as RegisterState;
    return { etag: row.etag, value };
  }

  /** Under the ETag that it was read with, or anew. Returns the new one. Throws `LedgerConflict`. */
  writeState(state: RegisterState, etag: string | undefined): Promise<string> {
    const text = JSON.stringify(state);
    const parts: Record<string, string> = {};
    for (let at = 0; at < text.length; at += mostCharacters) {
      parts[`part${at / mostCharacters}`] = text.slice(at, at + mostCharacters);
    }
    const row = { ...stateKeys, ...parts };
    return etag === undefined ? this.store.insert(row) : this.store.replace(row, etag);
  }

  /** Everybody, with what is pending. */
  async load({ pending, numbers, progress }: Loaded): Promise<People> {
    const people = new People();
    const shelves: string[] = [];
    // One more: rows may have been written after the state was.
    for (let number = 0; number <= numbers + shelfSize; number += shelfSize)
      shelves.push(shelf(number));
    await Promise.all(
      shelves.map(async (key) => {
        for await (const row of this.store.query({ partitions: { from: key, to: key } })) {
          const read = personRow(row);
          if (read) people.set(row.rowKey, { ...read, person: asNeeded(read.person, progress) });
        }
      }),
    );
    for (const { id, number, person } of pending) {
      if (person) people.set(id, { number, person: asNeeded(person, progress) });
      else people.remove(id);
    }
    return people;
  }

  /** Writes transactions that are full, or `all` of it. Returns what is left, and how many it took. */
  async write(
    pending: readonly Pending[],
    all: boolean,
  ): Promise<{
    readonly left: Pending[];
    readonly transactions: number;
    readonly written: number;
  }> {
    const shelves = Map.groupBy(pending, ({ number }) => shelf(number));
    const left: Pending[] = [];
    let transactions = 0;
    for (const rows of shelves.values()) {
      for (let at = 0; at < rows.length; at += mostWrites) {
        const batch = rows.slice(at, at + mostWrites);
        if (batch.length < mostWrites && !all) left.push(...batch);
        else {
          await this.store.transact(batch.map(asWrite));
          transactions += 1;
        }
      }
    }
    return { left, transactions, written: pending.length - left.length };
  }

  /** Somebody's row, wherever it is. */
  async find(id: string): Promise<StoredRow | undefined> {
    const state = await this.readState();
    if (!state) return undefined;
    for (let number = 0; number <= state.value.numbers; number += shelfSize) {
      const row = await this.store.get({ partitionKey: shelf(number), rowKey: id.toLowerCase() });
      if (row) return row;
    }
    return undefined;
  }
}

/** Whoever looks before the first look makes no table. */
function noTable(error: unknown): undefined {
  if (error instanceof StorageFailure && error.code === 'TableNotFound') return undefined;
  throw error;
}

const joined = (row: StoredRow): string => {
  let text = '';
  for (let part = 0; typeof row[`part${part}`] === 'string'; part += 1) text += row[`part${part}`];
  return text;
};

function asWrite({ id, number, person }: Pending): Write {
  const keys = { partitionKey: shelf(number), rowKey: id };
  if (!person) return { kind: 'remove', row: keys };
  const { kinds, open, told, used, ended, endedAt, changedAt, previous, ...question } = person;
  const asked = open !== 0 && { open, told, ...question };
  const row: Entity = {
    ...keys,
    number,
    kinds,
    ...asked,
    ...(ended && { ended, endedAt }),
    ...(used && { used: JSON.stringify(used) }),
    ...(changedAt && { changedAt }),
    ...(previous && { previous: JSON.stringify(previous) }),
  };
  return { kind: 'put', row };
}

const personShape = z.object({
  kinds: z.int(),
  open: z._default(z.int(), 0),
  told: z._default(z.int(), 0),
  passed: z.exactOptional(z.int()),
  fresh: z.exactOptional(z.int()),
  since: z.exactOptional(z.string()),
  after: z.exactOptional(z.string()),
  ended: z.exactOptional(z.int()),
  endedAt: z.exactOptional(z.string()),
  askedAt: z.exactOptional(z.string()),
  refuted: z.exactOptional(z.boolean()),
  used: z.exactOptional(z.array(z.string())),
});
const changedShape = z.extend(personShape, {
  changedAt: z.exactOptional(z.string()),
  previous: z.exactOptional(personShape),
});
const json = z.pipe(z.string(), z.transform(parsedJson));
const storedPerson = z.extend(changedShape, {
  number: z.int().check(z.nonnegative()),
  used: z.exactOptional(z.pipe(json, z.array(z.string()))),
  previous: z.exactOptional(z.pipe(json, personShape)),
});

/** How somebody was before a look is kept for that look, and where its report was at fault for the next. */
function asNeeded(person: Person, progress: Progress | undefined): Person {
  const { changedAt } = person;
  const isNeeded =
    changedAt !== undefined && (changedAt === progress?.at || changedAt === progress?.doubtedAt);
  return isNeeded ? person : withoutPrevious(person);
}

/** Undefined for what other hands wrote: whom it was about is new. */
function personRow(
  row: StoredRow,
): { readonly number: number; readonly person: Person } | undefined {
  const { number, kinds } = row;
  // Nearly all rows are no more than this.
  if (
    typeof number === 'number' &&
    typeof kinds === 'number' &&
    row['open'] === undefined &&
    row['used'] === undefined &&
    row['ended'] === undefined &&
    row['changedAt'] === undefined
  ) {
    return { number, person: { kinds, open: 0, told: 0 } };
  }
  const { data } = storedPerson.safeParse(row);
  if (!data) return undefined;
  const { number: own, ...person } = data;
  return { number: own, person };
}

const count = z.int().check(z.nonnegative());
const storedState = z.object({
  progress: z.object({
    at: z.string(),
    before: z.exactOptional(z.string()),
    made: z.exactOptional(z.string()),
    madeBefore: z.exactOptional(z.string()),
    doubtedAt: z.exactOptional(z.string()),
    next: z.exactOptional(z.string()),
    done: z.boolean(),
    pages: count,
    people: count,
    unreadable: count,
    written: count,
    transactions: count,
    failures: count,
    restarts: count,
    short: count,
    doubts: z._default(count, 0),
  }),
  seen: z.string(),
  pending: z.array(
    z.object({
      id: z.string(),
      number: count,
      person: z.exactOptional(changedShape),
    }),
  ),
  learned: z.array(z.string()),
  numbers: count,
});
