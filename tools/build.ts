import { join } from 'node:path';
import { commandOf, runProgram } from '../cli/program.ts';
import { build } from '../local/host/entries.ts';

const program = commandOf({
  script: 'build',
  does: "Compiles the mail's templates and words, and the functions, to dist/.",
});
program.action(() => build(join(import.meta.dirname, '..')));

await runProgram(program, { explain: (error) => (error as Error).message });
