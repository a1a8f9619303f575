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
 * later look; the oldest that fits is taken, so that a later one is left for what the report shows later. A
 * change, or a kind, whose method nobody could name goes with any, but only with what nothing else answers.
 * Pure.
 */
export function explained(
  person: Person,
  changes: readonly LedgerChange[],
  kinds: Kinds,
  at: string,
): Person {
  const { after, used = [] } = person;
  const from = after === undefined ? 0 : Date.parse(after) - graceMs;
  const isRecent = (time: string) => Date.parse(time) >= from;
  const left = changes
    .filter(({ time }) => isRecent(time) && !used.includes(time))
    .toSorted((one, other) => Date.parse(one.time) - Date.parse(other.time));
  const named = answer(person, left, kinds, share);
  const rest = left.filter((change) => !named.changes.has(change));
  const vague = answer(closed(person, named.bits), rest, kinds, isVague);
  if ((named.bits | vague.bits) === 0) return person;
  const times = [...named.changes, ...vague.changes].map(({ time }) => time);
  const done = closed(person, named.bits | vague.bits);
  // If it was the report's mistake, what it left out comes back without a word.
  const ended = ((person.ended ?? 0) | (vague.bits & vanished(person))) & ~person.kinds;
  return {
    ...done,
    used: [...used.filter(isRecent), ...times],
    ...(ended !== 0 && { ended, endedAt: at }),
  };
}

/** Which questions some changes answer, by which of them. */
function answer(
  person: Person,
  changes: readonly LedgerChange[],
  kinds: Kinds,
  meet: typeof share,
): { readonly bits: number; readonly changes: ReadonlySet<LedgerChange> } {
  const taken = new Set<LedgerChange>();
  const spent = new Set<LedgerChange>();
  const came = bitsIn(appeared(person)).flatMap((bit) => kinds.kind(bit).methods);
  let bits = 0;
  for (const bit of bitsIn(person.open)) {
    const { methods } = kinds.kind(bit);
    const actions = appeared(person) & (1 << bit) ? comes : share(methods, came) ? replaces : goes;
    const change = changes.find(
      (one) =>
        !spent.has(one) &&
        one.actions.some((action) => actions.has(action)) &&
        meet(one.methods, methods),
    );
    if (!change) continue;
    bits |= 1 << bit;
    taken.add(change);
    if (methods.some((method) => single.has(method))) spent.add(change);
  }
  return { bits, changes: taken };
}

const isVague = (one: readonly Method[], other: readonly Method[]) =>
  one.includes('unknown') || other.includes('unknown');

const share = (one: readonly Method[], other: readonly Method[]) =>
  !isVague(one, other) && one.some((method) => other.includes(method));
