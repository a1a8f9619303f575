import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf, runProgram } from '../cli/program.ts';
import { activitiesPage } from './activities.ts';
import { settingsPage } from './settings.ts';
import { countryZonesFile, timeZonesPage, windowsZonesFile } from './timeZones.ts';
import { scalePage } from './wave.ts';

const scale = join(import.meta.dirname, '..', 'docs', 'scale.md');

const program = commandOf({
  script: 'docs',
  does: 'Renews the pages that are made from the code: docs/activities.md, docs/settings.md, docs/time-zones.md and its two tables, and the forecast in docs/scale.md.',
});
program.action(() => {
  const write = (path: string, text: string) =>
    writeFileSync(join(import.meta.dirname, '..', path), text);
  write('docs/activities.md', activitiesPage());
  write('docs/settings.md', settingsPage());
  write('docs/scale.md', scalePage(readFileSync(scale, 'utf8')));
  write('docs/time-zones.md', timeZonesPage());
  write('functions/people/countryZones.json', countryZonesFile());
  write('functions/people/windowsZones.json', windowsZonesFile());
});

await runProgram(program);
