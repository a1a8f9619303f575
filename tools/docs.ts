import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf, runProgram } from '../cli/program.ts';
import { activitiesPage } from './activities.ts';

const program = commandOf({
  script: 'docs',
  does: 'Renews the pages that are made from the code: docs/activities.md.',
  example: '',
});
program.action(() => {
  writeFileSync(join(import.meta.dirname, '..', 'docs', 'activities.md'), activitiesPage());
});

await runProgram(program);
