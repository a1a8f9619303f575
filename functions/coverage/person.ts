import { briefOnes, endingByThemselves } from './kinds.ts';

/** What is known of a person: sets of kinds, as bits. Times are ISO 8601, UTC. */
export interface Person {
  /** What the report says that they have. */
  readonly kinds: number;
  /** Those of which nobody knows yet why they appeared or vanished. */
  readonly open: number;
  /** Those of `open` that the operators were told of. */
  readonly told: number;
  /** Those of `open` that appeared and ended by themselves before anybody could ask: passes. */
  readonly passed?: number;
  /** Those of `open` that were first seen in the last look. */
  readonly fresh?: number;
  /** When the oldest open question that was not told was first seen. */
  readonly since?: string;
  /** When the report of the look before that was made. */
  readonly after?: string;
  /** What ended by itself of late, and in which look the last of it did. */
  readonly ended?: number;
  readonly endedAt?: string;
  /** The look that asked Graph for their methods, and whether these say something else than the report. */
  readonly askedAt?: string;
  readonly refuted?: boolean;
  /** Times of the ledger's changes that have explained something of late. */
  readonly used?: readonly string[];
  /** The look that last changed anything, and how they were before it: undefined, were they new. */
  readonly changedAt?: string;
  readonly previous?: Person | undefined;
}

/** When a report is looked at, and when that of the look before was made. */
export interface Look {
  readonly at: string;
  readonly before: string;
  /** The look before, where its report was at fault: it is as if it had not been. */
  readonly doubted?: string;
}

/** What appeared of what is open, and what vanished. */
export const appeared = ({ kinds, open, passed = 0 }: Person): number => open & (kinds | passed);
export const vanished = (person: Person): number => person.open & ~appeared(person);

/** What they had when all was explained. */
export const accounted = ({ kinds, open, passed = 0 }: Person): number => kinds ^ (open & ~passed);

/** What is open and was not told. */
export const untold = ({ open, told }: Person): number => open & ~told;

/** What of it an earlier look has seen too: a row of the audit log may come a day late. */
export const ripe = (person: Person): number => untold(person) & ~(person.fresh ?? 0);

/**
 * A person as they are after a look: what they have now, and what of it is a question. Who was not there
 * before is no question: they are new, or enabled again. The same look twice is one look. Pure.
 */
export function lookAt(known: Person | undefined, kinds: number, look: Look): Person {
  const changedAt = known?.changedAt;
  const isUndone = changedAt !== undefined && (changedAt === look.at || changedAt === look.doubted);
  const person = isUndone ? known?.previous : known;
  if (!person) return known && isSame(known, kinds) ? known : begun(kinds, look);
  if (person.kinds === kinds && (person.open === 0 || person.fresh === undefined)) return person;
  const before = accounted(person);
  const different = before ^ kinds;
  const natural = different & before & endingByThemselves;
  const { ended, endedAt } = endings(person, natural, look);
  // The report is wrong at times, for a day: what it left out and names again is no new key.
  const passed = untold(person) & appeared(person) & briefOnes & ~kinds;
  const open = (different & ~natural & ~(kinds & ended)) | passed;
  const fresh = open & ~person.open;
  const goesOn = (untold(person) & open) !== 0 || fresh === 0;
  const { since = look.at, after = look.before } = goesOn ? person : {};
  const { used } = person;
  return tidy({
    kinds,
    open,
    told: person.told & open,
    since,
    after,
    ...(passed !== 0 && { passed }),
    ...(fresh !== 0 && { fresh }),
    ...(ended & ~kinds && { ended: ended & ~kinds, endedAt }),
    ...(used && { used }),
    changedAt: look.at,
    previous: withoutPrevious(person),
  });
}

/** Of everybody in the first look only the kinds are kept. */
const begun = (kinds: number, { at, before }: Look): Person => ({
  kinds,
  open: 0,
  told: 0,
  ...(before !== at && { changedAt: at }),
});

const isSame = ({ kinds, open }: Person, now: number) => open === 0 && kinds === now;

/** Without what only the look after needs. */
export function withoutPrevious({ changedAt: _, previous: __, ...person }: Person): Person {
  return person;
}

/** For so long, in ms, the report may leave a kind out by mistake. */
const mistakeMs = 80 * 3_600_000;

/** What has ended by itself of late. */
function endings({ ended = 0, endedAt = '' }: Person, natural: number, { at }: Look) {
  const isRecent = Date.parse(at) - Date.parse(endedAt) <= mistakeMs;
  const before = isRecent ? ended : 0;
  const now = natural & ~briefOnes;
  return { ended: before | now, endedAt: now === 0 ? endedAt : at };
}

/** A person some of whose questions are answered. Pure. */
export function closed(person: Person, answered: number): Person {
  const open = person.open & ~answered;
  return tidy({ ...person, open, told: person.told & open });
}

/** A person whose ripe questions the operators are told of. Pure. */
export function toldOf(person: Person, at: string): Person {
  const done = ripe(person);
  const open = person.open & ~(done & (person.passed ?? 0));
  const told = (person.told | done) & open;
  // What is left was first seen now.
  return tidy({ ...person, open, told, ...(open & ~told && { since: at }) });
}

/** A person whose questions were counted, with those of very many, often enough. Pure. */
export const accepted = (person: Person): Person => ({ ...person, told: person.open });

/** Without what says nothing where nothing is open. */
function tidy(person: Person): Person {
  if (person.open !== 0) return person;
  const {
    since: _,
    after: __,
    fresh: ___,
    passed: ____,
    askedAt: _____,
    refuted: ______,
    ...rest
  } = person;
  return rest;
}
