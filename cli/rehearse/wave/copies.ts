/**
 * How many copies managers do not get, as is to be expected: each of a manager's people registers on one of so
 * many days, and a day brings a manager `perDay` copies at most. `teams`: for each manager, how many people.
 * Pure.
 */
export function copiesLeftOut(teams: Iterable<number>, days: number, perDay: number): number {
  const known = new Map<number, number>();
  let sum = 0;
  for (const people of teams) {
    const of = known.get(people) ?? days * beyond(people, 1 / days, perDay);
    known.set(people, of);
    sum += of;
  }
  return sum;
}

/** What is to be expected beyond `most`, of `count` that each come with the same probability. */
function beyond(count: number, probability: number, most: number): number {
  if (count <= most) return 0;
  if (probability === 1) return count - most;
  const odds = Math.log(probability / (1 - probability));
  let logarithm = count * Math.log(1 - probability);
  let spare = 0;
  for (let came = 0; came < most; came += 1) {
    spare += (most - came) * Math.exp(logarithm);
    logarithm += Math.log((count - came) / (came + 1)) + odds;
  }
  return Math.max(0, count * probability - most + spare);
}
