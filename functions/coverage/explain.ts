import type { Action, Method } from '../recognise/change.ts';
import { bitsIn, type Kinds } from './kinds.ts';
import { appeared, closed, type Person, vanished } from './person.ts';

/** A change that the ledger has, told or visibly not. */
export interface LedgerChange {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly actions: readonly Action[];
  /** Those that it may be of. */
  readonly methods: readonly Method[];
}

/** So much later than a change the report may show it: it is up to 36 hours old, and looked at once a day. */
export const graceMs = 72 * 3_600_000;

const comes: ReadonlySet<Action> = new Set(['registered', 'updated', 'defaultChanged']);
const goes: ReadonlySet<Action> = new Set(['deleted']);
/** One number in the place of another: only where another kind of the same method came. */
const replaces: ReadonlySet<Action> = new Set(['deleted', 'updated']);

/** Kinds of which each needs a change of its own: they are keys, and a key is registered by itself. */
const single: ReadonlySet<Method> = new Set(['passkey']);

/**
 * A person without the questions that the ledger answers. A change that has answered one answers none of a
 * later look; the oldest that fits is taken, so that a later one is left for what the report shows later.
 * Pure.
 */
export function explained(person: Person, changes: readonly LedgerChange[], kinds: Kinds): Person {
  const { after, used = [] } = person;
  const from = after === undefined ? 0 : Date.parse(after) - graceMs;
  const isRecent = (time: string) => Date.parse(time) >= from;
  const left = changes
    .filter(({ time }) => isRecent(time) && !used.includes(time))
    .toSorted((one, other) => Date.parse(one.time) - Date.parse(other.time));
  const spent = new Set<LedgerChange>();
  const taken = new Set(used.filter(isRecent));
  let answered = 0;
  const came = bitsIn(appeared(person)).flatMap((bit) => kinds.kind(bit).methods);
  for (const set of [appeared(person), vanished(person)]) {
    for (const bit of bitsIn(set)) {
      const { methods } = kinds.kind(bit);
      const gone = methods.some((method) => came.includes(method)) ? replaces : goes;
      const actions = set === vanished(person) ? gone : comes;
      const change = left.find(
        (one) =>
          !spent.has(one) &&
          one.actions.some((action) => actions.has(action)) &&
          meet(one.methods, methods),
      );
      if (!change) continue;
      answered |= 1 << bit;
      taken.add(change.time);
      if (methods.some((method) => single.has(method))) spent.add(change);
    }
  }
  return answered === 0 ? person : { ...closed(person, answered), used: [...taken] };
}

/** A change whose method nobody could name is of any. */
const meet = (one: readonly Method[], other: readonly Method[]) =>
  one.includes('unknown') ||
  other.includes('unknown') ||
  one.some((method) => other.includes(method));
