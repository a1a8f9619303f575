import type { OwnMethod } from '../people/methodFinder.ts';
import { graceMs } from './explain.ts';
import { bitsIn, type Kinds } from './kinds.ts';
import { appeared, closed, type Person, vanished } from './person.ts';

/** What a look at the methods that a person has now says of their questions. */
interface Confirmed {
  /** Without the questions that are answered: what appeared was made long before. */
  readonly person: Person;
  /** What the report says is not so, now: what appeared isn't there, or what vanished is. */
  readonly contradicted: boolean;
}

/**
 * Compares a person's questions with the methods that they have. Where Graph gives no time, or does not
 * list a kind, it says nothing of it. Pure.
 */
export function confirmed(person: Person, methods: readonly OwnMethod[], kinds: Kinds): Confirmed {
  const from = Date.parse(person.after ?? '') - graceMs;
  let older = 0;
  let refuted = 0;
  const of = (bit: number) =>
    methods.filter(({ method }) => kinds.kind(bit).methods.includes(method));
  for (const bit of bitsIn(appeared(person))) {
    const { unlisted, brief, methods: names } = kinds.kind(bit);
    if (unlisted || brief || names.includes('unknown')) continue;
    const found = of(bit);
    if (found.length === 0) refuted |= 1 << bit;
    else if (found.every(({ time }) => time && Date.parse(time) < from)) older |= 1 << bit;
  }
  for (const bit of bitsIn(vanished(person))) {
    const { methods: names } = kinds.kind(bit);
    // Of several kinds of one method, another may be what is there.
    if (names.every((name) => onlyKind.has(name)) && of(bit).length > 0) refuted |= 1 << bit;
  }
  const rest = closed(person, older);
  return {
    person: rest,
    contradicted: rest.open !== 0 && (rest.open & ~rest.told & ~refuted) === 0,
  };
}

/** Methods of which the report has one kind. */
const onlyKind: ReadonlySet<string> = new Set(['email', 'externalMethod', 'qrCode']);
