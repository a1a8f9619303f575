import { GraphFailure } from '../graph/failure.ts';
import { methodsNow } from '../people/methodFinder.ts';
import { confirmed } from './live.ts';
import type { CoverageRoom, Look } from './look.ts';
import { type Person, ripe } from './person.ts';

/** So many people's methods one look asks for. */
const mostAsked = 60;

/** What came of it. */
interface Asked {
  readonly gaps: readonly string[];
  /** Whether anybody's methods could be read. */
  readonly looked: boolean;
  /** False where the run's time was over before all were asked for. */
  readonly ended: boolean;
}

/**
 * Asks Graph for the methods of those who are due, one by one, as long as it may, and says whose are gaps.
 * Where it may not, or can't be seen, what the report says has to do.
 */
export async function askGraph(
  due: readonly string[],
  people: Map<string, Person>,
  look: Look,
  { graph }: CoverageRoom,
): Promise<Asked> {
  const { at } = look.progress;
  const gaps: string[] = [];
  let mayAsk = true;
  let asked = 0;
  for (const id of due) {
    let person = people.get(id);
    if (!person) continue;
    if (person.askedAt !== at && mayAsk && asked < mostAsked) {
      if (!(await look.turn())) return { gaps: [], looked: asked > 0, ended: false };
      try {
        const answer = confirmed(person, await methodsNow(graph, id), look.kinds);
        person = { ...answer.person, askedAt: at, refuted: answer.contradicted };
        people.set(id, person);
      } catch (failure) {
        if (!(failure instanceof GraphFailure)) throw failure;
        if (failure.kind === 'denied') mayAsk = false;
        // Gone since: in no later report.
        if (failure.kind === 'notFound') continue;
      }
    }
    const isAsked = person.askedAt === at;
    if (isAsked) asked += 1;
    if (ripe(person) !== 0 && !(isAsked && person.refuted)) gaps.push(id);
  }
  return { gaps, looked: asked > 0, ended: true };
}
