import { join } from 'node:path';
import { commandOf, exitCodes, runProgram } from '../../../cli/program.ts';
import { build } from '../../../local/host/entries.ts';
import type { Flags } from './bench.ts';

const program = commandOf({
  script: 'bench',
  does: 'Measures what the app costs and how fast it is, in one table with targets.',
  example: '--quick',
  found: 'a target is missed',
})
  .option('--quick', 'with less of everything')
  .option('--scale', 'weeks of large tenants, in virtual time')
  .option('--wave', 'everybody with phones only registers a passkey, in virtual time')
  .option('--coverage', 'looks at who has which methods, up to a million people')
  .option(
    '--real',
    'five minutes of real time against the local host, beside the same in virtual time',
  )
  .option('--hour', 'an hour of real time, 30 changes a minute, and a day of it in virtual time')
  .option('--day', 'the memory of each process after a day, whose clock runs 60 times faster')
  .option('--markdown', 'renew the table in docs/scale.md');

program.action(async (flags: Flags) => {
  build(join(import.meta.dirname, '..', '..', '..'));
  const { bench } = await import('./bench.ts');
  process.exitCode = (await bench(flags)) ? exitCodes.well : exitCodes.found;
});

await runProgram(program);
