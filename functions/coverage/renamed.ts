import { bitsIn, type Kinds } from './kinds.ts';
import { appeared, closed, type Person, vanished } from './person.ts';

/** So many people who swap one kind for another in one look are Microsoft's doing … */
const many = 10;
/** … and so many, if they are half of all who had it. */
const few = 3;

/**
 * Kinds that Microsoft renamed: one vanished and another of the same method appeared, for many people in
 * one look. One person who swaps a key for another is none of it. Returns pairs as `from>to`. Pure.
 *
 * `holders`: how many people had a kind before the look.
 */
export function renames(
  people: Iterable<Person>,
  kinds: Kinds,
  holders: (bit: number) => number,
): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const person of people) {
    for (const [from, to] of swaps(person, kinds)) {
      const pair = `${from}>${to}`;
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
  }
  const most = new Map<string, number>();
  for (const [pair, count] of counts) {
    const to = pair.replace(/^\d+>/, '');
    most.set(to, Math.max(most.get(to) ?? 0, count));
  }
  const found = [...counts].filter(([pair, count]) => {
    const [from = '', to = ''] = pair.split('>');
    // Of a word that goes with any method, the kind that most of them lost is the one.
    if (count < (most.get(to) ?? 0)) return false;
    return count >= many || (count >= few && count * 2 >= holders(Number(from)));
  });
  return new Set(found.map(([pair]) => pair));
}

/** A person without the questions that a new name answers. Pure. */
export function withoutRenamed(person: Person, kinds: Kinds, pairs: ReadonlySet<string>): Person {
  let answered = 0;
  for (const [from, to] of swaps(person, kinds)) {
    if (pairs.has(`${from}>${to}`)) answered |= (1 << from) | (1 << to);
  }
  return answered === 0 ? person : closed(person, answered);
}

function swaps(person: Person, kinds: Kinds): [number, number][] {
  return bitsIn(vanished(person)).flatMap((from) =>
    bitsIn(appeared(person))
      .filter((to) => isSame(from, to, kinds))
      .map((to): [number, number] => [from, to]),
  );
}

function isSame(from: number, to: number, kinds: Kinds): boolean {
  const [one, other] = [kinds.kind(from).methods, kinds.kind(to).methods];
  return other.includes('unknown') || one.some((method) => other.includes(method));
}
