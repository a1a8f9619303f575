import { askGraph } from './askGraph.ts';
import { explainAll } from './explainAll.ts';
import { bitsIn } from './kinds.ts';
import type { CoverageRoom, Look } from './look.ts';
import { accepted, type Person, toldOf, vanished } from './person.ts';
import { renames, withoutRenamed } from './renamed.ts';
import { isTooMany, judge } from './verdict.ts';

/** So often in a row far fewer people are half a report; after that it is taken for the truth. */
const mostShort = 2;
/** A share of all people. */
const mostGone = 0.01;
/** So often in a row very many are unexplained; after that they count as told, so that others are seen again. */
const mostDoubts = 3;

/** What came of a look. */
export interface Outcome {
  /** Far fewer people than before: half a report. Nothing was judged. */
  readonly half: boolean;
  /** False where the next run has to go on with it. */
  readonly ended: boolean;
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
    half: false,
    ended: true,
    explained: 0,
    renamed: 0,
    unexplained: 0,
    doubtful: false,
    looked: false,
    gaps: [],
  };
  const { people, short } = look.progress;
  if (isTooMany(unseen.length, known, mostGone) && short < mostShort) {
    look.progress = { ...look.progress, short: short + 1 };
    return { ...nothing, half: true, people, gone: unseen.length };
  }
  look.progress = { ...look.progress, short: 0 };
  for (const id of unseen) look.settle(id, undefined);
  const gone = unseen.length;
  const asked = look.people.open();
  if (asked.size === 0) return { ...nothing, people, gone };
  // First: what is left of a swap would be no swap once the ledger has answered half of it.
  const renamed = closeRenamed(asked, look);
  const answered = await explainAll(asked, look, room);
  const { doubtful, unexplained, due } = judge(asked, people, answered.unnamed);
  if (doubtful) {
    doubt(look);
    return { ...nothing, people, gone, unexplained, doubtful };
  }
  const { doubtedAt: _, ...sane } = look.progress;
  look.progress = { ...sane, doubts: 0 };
  const { gaps, looked, ended } = await askGraph(due, asked, look, room);
  const told = gaps.map((id): [string, Person] => [id, asked.get(id) as Person]);
  for (const [id, person] of told) asked.set(id, toldOf(person, look.progress.at));
  for (const [id, person] of asked) look.settle(id, person);
  const { count: explained } = answered;
  return { ...nothing, ended, people, gone, explained, renamed, unexplained, looked, gaps: told };
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
