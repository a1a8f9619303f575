import { type Ending, playStory } from './story.ts';

/** Which stories, and for how long. */
export interface Stories {
  readonly seed: number;
  readonly minutes: number;
  readonly stories: number;
}

const say = (text: string) => process.stdout.write(`${text}\n`);
const numbers = ({ expected, mailed, missing, repeated, givenUp, kills }: Ending) =>
  `${expected} expected, ${mailed} mailed, ${missing.length} missing, ${repeated.length} repeated, ` +
  `${givenUp} given up and said so, ${kills} kills`;

/** Plays stories one after the other, prints each, and says whether all is well. */
export async function playStories({ seed, minutes, stories }: Stories): Promise<boolean> {
  const until = performance.now() + minutes * 60_000;
  const endings: Ending[] = [];
  for (let next = 0; next < stories && performance.now() < until; next += 1) {
    const ending = await playStory(seed + next);
    endings.push(ending);
    say(`seed ${ending.seed}: ${numbers(ending)}`);
    for (const problem of ending.problems) say(`  ${problem}`);
    if (ending.problems.length > 0) {
      say(`  To see it again: npm run chaos -- --seed ${ending.seed} --stories 1`);
    }
  }
  const sum = endings.reduce((one, other) => ({
    ...other,
    expected: one.expected + other.expected,
    mailed: one.mailed + other.mailed,
    missing: [...one.missing, ...other.missing],
    repeated: [...one.repeated, ...other.repeated],
    givenUp: one.givenUp + other.givenUp,
    kills: one.kills + other.kills,
  }));
  say(`${endings.length} stories from seed ${seed} on: ${numbers(sum)}`);
  return endings.every(({ problems }) => problems.length === 0);
}
