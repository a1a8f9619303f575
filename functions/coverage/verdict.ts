import { type Person, ripe, untold } from './person.ts';

/** Beyond both of them the report is at fault rather than the audit log. */
const mostShare = 0.005;
const mostPeople = 25;

/** What is to be said of those with open questions. */
interface Verdict {
  /** So many unexplained at once that the report is probably at fault. */
  readonly doubtful: boolean;
  /** How many have a question that was not told. */
  readonly unexplained: number;
  /** Those of them who are to be told of now. Rows of the audit log come late, too: most wait for a look. */
  readonly due: readonly string[];
}

/** Pure. `people`: how many the report holds. `unsure`: those that something may explain yet. */
export function judge(
  open: ReadonlyMap<string, Person>,
  people: number,
  unsure: ReadonlySet<string>,
): Verdict {
  const unexplained = [...open].filter(([, person]) => untold(person) !== 0);
  const doubtful = isTooMany(unexplained.length, people);
  const due = doubtful
    ? []
    : unexplained.filter(([id, person]) => ripe(person) !== 0 && !unsure.has(id));
  return { doubtful, unexplained: unexplained.length, due: due.map(([id]) => id) };
}

/** Whether so many of so many people at once are rather a fault of the report. */
export const isTooMany = (count: number, people: number, share = mostShare): boolean =>
  count >= mostPeople && count > people * share;
