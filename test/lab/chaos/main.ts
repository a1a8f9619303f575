import { parseArgs } from 'node:util';
import { type Ending, playStory } from './story.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, minutes: { type: 'string' }, stories: { type: 'string' } },
});
const whole = (name: 'seed' | 'minutes' | 'stories', fallback: number) => {
  const text = values[name] ?? String(fallback);
  if (/^\d{1,9}$/.test(text)) return Number(text);
  console.error(`--${name} is ${JSON.stringify(text)}. Give a whole number`);
  process.exit(1);
};
const seed = whole('seed', Date.now() % 1_000_000);
const until = performance.now() + whole('minutes', 10) * 60_000;
const stories = whole('stories', 1_000_000);

const say = (text: string) => process.stdout.write(`${text}\n`);
const numbers = ({ expected, mailed, missing, repeated, givenUp, kills }: Ending) =>
  `${expected} expected, ${mailed} mailed, ${missing.length} missing, ${repeated.length} repeated, ` +
  `${givenUp} given up and said so, ${kills} kills`;

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
process.exitCode = endings.some(({ problems }) => problems.length > 0) ? 1 : 0;
