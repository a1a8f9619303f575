import { join } from 'node:path';
import { commandOf, exitCodes, runProgram, whole } from '../../../cli/program.ts';
import { build } from '../../../local/host/entries.ts';
import type { Stories } from './playStories.ts';

const number = whole(0, 999_999_999);
const program = commandOf({
  script: 'chaos',
  does: 'Lets much go wrong at once, at random, and counts the mails that arrive.',
  example: '--seed 1000 --stories 64',
  found: 'a mail was missing, or repeated without a reason',
})
  .option('--seed <number>', 'of the first story', number, Date.now() % 1_000_000)
  .option('--minutes <number>', 'how long', number, 10)
  .option('--stories <number>', 'at most so many', number, 1_000_000);

program.action(async (options: Stories) => {
  build(join(import.meta.dirname, '..', '..', '..'));
  const { playStories } = await import('./playStories.ts');
  process.exitCode = (await playStories(options)) ? exitCodes.well : exitCodes.found;
});

await runProgram(program);
