import { join, resolve } from 'node:path';
import { commandOf, runProgram } from '../../cli/program.ts';
import { build, isStale, locateEntries } from './entries.ts';
import { asInAzure, comfortable } from './rules.ts';
import { runHost } from './run.ts';

const project = join(import.meta.dirname, '..', '..');

const program = commandOf({
  script: 'host',
  does:
    "Runs the functions alone, in the local host, against the environment's settings. One JSON object a " +
    'line on stdout; SIGTERM stops it. With LOCAL_EVENTS_PORT it takes events in the place of an event hub.',
  example: '--package dist/package',
})
  .option(
    '--package <folder>',
    "run what is deployed, by that folder's own package.json and host.json, and build nothing",
  )
  .option('--comfortable', "keep the local tenant's short clocks instead of those of Azure");

program.action(async (options: { readonly package?: string; readonly comfortable?: true }) => {
  const eventsPort = process.env['LOCAL_EVENTS_PORT'];
  const root = options.package === undefined ? project : resolve(options.package);
  await runHost({
    storage: process.env['AzureWebJobsStorage'] ?? '',
    rules: options.comfortable ? comfortable : asInAzure,
    hostJson: join(root, 'host.json'),
    eventsPort: eventsPort ? Number(eventsPort) : undefined,
    entries() {
      if (root === project && isStale(root)) build(root);
      const entries = locateEntries(root);
      if (entries.length === 0) throw new Error(`${root} has none of the files in "main".`);
      return entries;
    },
  });
});

await runProgram(program, { lasting: true });
