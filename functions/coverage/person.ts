import { briefOnes, endingByThemselves } from './kinds.ts';

/** What is known of a person: sets of kinds, as bits. Times are ISO 8601, UTC. */
export interface Person {
  /** What the report says that they have. */
  readonly kinds: number;
  /** Those of which nobody knows yet why they appeared or vanished. */
  readonly open: number;
  /** Those of `open` that the operators were told of. */
  readonly told: number;
  /** Those of `open` that were first seen in one look, and which look that was. */
  readonly fresh?: number;
  readonly freshAt?: string;
  /** When the oldest open question that was not told was first seen. */
  readonly since?: string;
  /** When the report of the look before that was made. */
  readonly after?: string;
  /** By method and direction, such as `passkey+`: the newest change that explained something. */
  readonly used?: Readonly<Record<string, string>>;
}

/** When a report is looked at, and when that of the look before was made. */
export interface Look {
  readonly at: string;
  readonly before: string;
}

/** What appeared of what is open, and what vanished. */
export const appeared = ({ kinds, open }: Person): number => open & kinds;
export const vanished = ({ kinds, open }: Person): number => open & ~kinds;

/** What they had when all was explained. */
export const accounted = ({ kinds, open }: Person): number => kinds ^ open;

/** What is open and was not told. */
export const untold = ({ open, told }: Person): number => open & ~told;

/** What of it an earlier look has seen too, or no later one would. */
export const ripe = (person: Person): number =>
  untold(person) & (~(person.fresh ?? 0) | (appeared(person) & briefOnes));

/**
 * A person as they are after a look: what they have now, and what of it is a question. Who was not there
 * before is no question: they are new, or enabled again. The same look twice is one look. Pure.
 */
export function lookAt(person: Person | undefined, kinds: number, look: Look): Person {
  if (!person) return { kinds, open: 0, told: 0 };
  if (person.open === 0 && person.kinds === kinds) return person;
  const before = accounted(person);
  const different = before ^ kinds;
  const open = different & ~(before & endingByThemselves);
  const again = person.freshAt === look.at ? (person.fresh ?? 0) : 0;
  const fresh = open & (again | ~person.open);
  const { since = look.at, after = look.before } = untold(person) & open ? person : {};
  const { fresh: _, freshAt: __, since: ___, after: ____, ...rest } = person;
  return tidy({
    ...rest,
    kinds,
    open,
    told: person.told & open,
    since,
    after,
    ...(fresh !== 0 && { fresh, freshAt: look.at }),
  });
}

/** A person some of whose questions are answered. Pure. */
export function closed(person: Person, answered: number): Person {
  const open = person.open & ~answered;
  return tidy({ ...person, open, told: person.told & open });
}

/** A person whose ripe questions the operators are told of. Pure. */
export function toldOf(person: Person): Person {
  const told = person.told | ripe(person);
  const { freshAt: since = person.since } = person;
  const left = person.open & ~told;
  return tidy({ ...person, told, ...(left !== 0 && since !== undefined && { since }) });
}

/** Without what says nothing where nothing is open. */
function tidy(person: Person): Person {
  if (person.open !== 0) return person;
  const { since: _, after: __, fresh: ___, freshAt: ____, ...rest } = person;
  return rest;
}
