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
const goes: ReadonlySet<Action> = new Set(['deleted', 'updated']);

/** Kinds of which each needs a change of its own: they are keys, and a key is registered by itself. */
const single: ReadonlySet<Method> = new Set(['passkey']);

/**
 * A person without the questions that the ledger answers. A change that has answered one before answers
 * none of a later look; the oldest that fits is taken, so that a later one is left for what the report
 * shows later. Pure.
 */
export function explained(person: Person, changes: readonly LedgerChange[], kinds: Kinds): Person {
  const { after, used = {} } = person;
  const from = after === undefined ? 0 : Date.parse(after) - graceMs;
  const inOrder = changes
    .filter(({ time }) => Date.parse(time) >= from)
    .toSorted((one, other) => Date.parse(one.time) - Date.parse(other.time));
  const spent = new Set<LedgerChange>();
  const newest: Record<string, string> = { ...used };
  let answered = 0;
  for (const [direction, actions, set] of [
    ['+', comes, appeared(person)],
    ['-', goes, vanished(person)],
  ] as const) {
    for (const bit of bitsIn(set)) {
      const { methods } = kinds.kind(bit);
      const fits = (change: LedgerChange) =>
        change.actions.some((action) => actions.has(action)) &&
        meet(change.methods, methods) &&
        !spent.has(change) &&
        isFresh(change, methods, direction, used);
      const change = inOrder.find(fits);
      if (!change) continue;
      answered |= 1 << bit;
      if (methods.some((method) => single.has(method))) spent.add(change);
      for (const method of methods) newest[`${method}${direction}`] = change.time;
    }
  }
  return answered === 0 ? person : { ...closed(person, answered), used: newest };
}

const isFresh = (
  { time }: LedgerChange,
  methods: readonly Method[],
  direction: string,
  used: Readonly<Record<string, string>>,
) =>
  methods.every((method) => {
    const last = used[`${method}${direction}`];
    return last === undefined || Date.parse(time) > Date.parse(last);
  });

/** A change whose method nobody could name is of any. */
const meet = (one: readonly Method[], other: readonly Method[]) =>
  one.includes('unknown') ||
  other.includes('unknown') ||
  one.some((method) => other.includes(method));
