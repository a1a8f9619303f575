import { join } from 'node:path';
import { commandOf, exitCodes, runProgram } from '../../../cli/program.ts';
import { build } from '../../../local/host/entries.ts';

const program = commandOf({
  script: 'faults',
  does: 'Lets everything go wrong that can, one thing at a time, and counts the mails that arrive.',
  example: 'storage',
  found: 'a mail was missing, or repeated without a reason',
})
  .argument('[parts...]', 'only rows whose group or name holds one of these')
  .option('--markdown', 'renew the table in docs/guarantees.md');

program.action(async (parts: readonly string[], { markdown = false }: { markdown?: boolean }) => {
  build(join(import.meta.dirname, '..', '..', '..'));
  const { playMatrix } = await import('./playMatrix.ts');
  process.exitCode = (await playMatrix(parts, markdown)) ? exitCodes.well : exitCodes.found;
});

await runProgram(program);
