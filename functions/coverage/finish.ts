import { userPath } from '../graph/client.ts';
import { GraphFailure } from '../graph/failure.ts';
import { methodsNow } from '../people/methodFinder.ts';
import { explained, graceMs } from './explain.ts';
import { bitsIn } from './kinds.ts';
import { type LedgerChanges, readChanges } from './ledgerChanges.ts';
import { confirmed } from './live.ts';
import type { CoverageRoom, Look } from './look.ts';
import { accepted, closed, type Person, ripe, toldOf, untold, vanished } from './person.ts';
import { renames, withoutRenamed } from './renamed.ts';
import { isTooMany, judge } from './verdict.ts';

/** So often in a row far fewer people are half a report; after that it is taken for the truth. */
const mostShort = 2;
/** So often in a row very many are unexplained; after that they count as told, so that others are seen again. */
const mostDoubts = 3;
/** So many names are asked for, and so many people's methods looked at, by one look. */
const mostNames = 100;
const mostLooks = 15;

/** What came of a look. */
export interface Outcome {
  /** Far fewer people than before: half a report. Nothing was judged. */
  readonly half: boolean;
  readonly people: number;
  readonly gone: number;
  readonly explained: number;
  readonly renamed: number;
  readonly unexplained: number;
  readonly doubtful: boolean;
  /** Whether methods could be looked at one by one. */
  readonly looked: boolean;
  readonly gaps: readonly (readonly [id: string, person: Person])[];
}

/** Judges what all pages have shown. What it finds is in `look`, to be saved. Throws what storage throws. */
export async function finish(look: Look, room: CoverageRoom): Promise<Outcome> {
  const unseen = [...look.people.ids()].flatMap(([id, number]) =>
    look.seen.has(number) ? [] : [id],
  );
  const known = look.people.size;
  const nothing = {
    explained: 0,
    renamed: 0,
    unexplained: 0,
    doubtful: false,
    looked: false,
    gaps: [],
  };
  const { people, short } = look.progress;
  if (isTooMany(unseen.length, known) && short < mostShort) {
    look.progress = { ...look.progress, short: short + 1 };
    return { ...nothing, half: true, people, gone: unseen.length };
  }
  look.progress = { ...look.progress, short: 0 };
  for (const id of unseen) look.settle(id, undefined);
  const gone = unseen.length;
  const asked = look.people.open();
  if (asked.size === 0) return { ...nothing, half: false, people, gone };
  const startedAt = (await room.ledger.readState()).polls.watched?.value.startedAt;
  // First: what is left of a swap would be no swap once the ledger has answered half of it.
  const renamed = closeRenamed(asked, look);
  const explainedNow = await explainAll(asked, look, room, startedAt);
  const { doubtful, unexplained, due } = judge(asked, people);
  if (doubtful) {
    doubt(look);
    return { ...nothing, half: false, people, gone, unexplained, doubtful };
  }
  const { doubtedAt: _, ...sane } = look.progress;
  look.progress = { ...sane, doubts: 0 };
  const found = await lookUp(due, asked, look, room);
  const gaps = found.gaps.map((id): [string, Person] => [id, asked.get(id) as Person]);
  for (const [id, person] of gaps) asked.set(id, toldOf(person, look.progress.at));
  for (const [id, person] of asked) look.settle(id, person);
  const { looked } = found;
  return {
    half: false,
    people,
    gone,
    explained: explainedNow,
    renamed,
    unexplained,
    doubtful,
    looked,
    gaps,
  };
}

/** Nothing of a report that is at fault counts as explained: what the next one says is. */
function doubt(look: Look): void {
  const doubts = look.progress.doubts + 1;
  const { doubtedAt: _, ...progress } = look.progress;
  if (doubts < mostDoubts) {
    look.progress = { ...progress, doubts, doubtedAt: progress.at };
    return;
  }
  look.progress = { ...progress, doubts: 0 };
  for (const [id, person] of look.people.open()) look.settle(id, accepted(person));
}

/** Takes away what the ledger answers, and what was before the app. Returns how many people that were. */
async function explainAll(
  asked: Map<string, Person>,
  look: Look,
  room: CoverageRoom,
  startedAt: string | undefined,
): Promise<number> {
  const afters = [...asked.values()].map(({ after }) => Date.parse(after ?? look.progress.at));
  const from = new Date(Math.min(...afters) - graceMs).toISOString().slice(0, 10);
  const changes = await readChanges(room.ledger, from, new Set(asked.keys()));
  let count = 0;
  let names = 0;
  for (const [id, person] of asked) {
    const isEarly =
      startedAt !== undefined && Date.parse(person.after ?? '') < Date.parse(startedAt);
    let rest = isEarly
      ? closed(person, untold(person))
      : explained(person, changes.byId.get(id) ?? [], look.kinds);
    if (untold(rest) !== 0 && changes.byName.size > 0) {
      let name = look.names.get(id);
      if (name === undefined && names < mostNames) {
        names += 1;
        name = await nameOf(id, room);
      }
      rest = explained(rest, namesakes(changes, name), look.kinds);
    }
    if (rest.open !== person.open) count += 1;
    asked.set(id, rest);
  }
  return count;
}

const namesakes = ({ byName }: LedgerChanges, name = '') => byName.get(name.toLowerCase()) ?? [];

/** Somebody's name in the directory; undefined where it can't be read. */
async function nameOf(id: string, { graph }: CoverageRoom): Promise<string | undefined> {
  try {
    const answer = await graph.get(`${userPath(id)}?$select=id,userPrincipalName`, { tries: 1 });
    const { userPrincipalName } = Object(answer) as { userPrincipalName?: unknown };
    return typeof userPrincipalName === 'string' ? userPrincipalName : undefined;
  } catch (failure) {
    if (failure instanceof GraphFailure) return undefined;
    throw failure;
  }
}

function closeRenamed(asked: Map<string, Person>, look: Look): number {
  const holders = look.people.holders();
  for (const person of asked.values()) {
    for (const bit of bitsIn(vanished(person))) holders[bit] = (holders[bit] ?? 0) + 1;
  }
  const pairs = renames(asked.values(), look.kinds, (bit) => holders[bit] ?? 0);
  let count = 0;
  for (const [id, person] of asked) {
    const rest = withoutRenamed(person, look.kinds, pairs);
    if (rest !== person) count += 1;
    asked.set(id, rest);
  }
  return count;
}

/** Looks at the methods of those who are due, as long as it may and there is time, and says whose are gaps. */
async function lookUp(
  due: readonly string[],
  asked: Map<string, Person>,
  look: Look,
  { graph }: CoverageRoom,
): Promise<{ readonly gaps: string[]; readonly looked: boolean }> {
  const gaps: string[] = [];
  let mayLook = true;
  let looked = 0;
  for (const id of due) {
    const person = asked.get(id);
    if (!person) continue;
    if (!mayLook || looked >= mostLooks || !(await look.turn())) {
      gaps.push(id);
      continue;
    }
    try {
      const answer = confirmed(person, await methodsNow(graph, id), look.kinds);
      looked += 1;
      asked.set(id, answer.person);
      if (ripe(answer.person) !== 0 && !answer.contradicted) gaps.push(id);
    } catch (failure) {
      if (!(failure instanceof GraphFailure)) throw failure;
      // Without the permission, or while it can't be seen, what the report says has to do.
      if (failure.kind === 'denied') mayLook = false;
      if (failure.kind !== 'notFound') gaps.push(id);
    }
  }
  return { gaps, looked: looked > 0 };
}
