import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { commandOf, filled, runProgram, UsageError } from '../../cli/program.ts';
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
  found: 'the functions could not be started, or something uncaught was thrown',
  lasting: true,
})
  .option(
    '--package <folder>',
    "run what is deployed, by that folder's own package.json and host.json, and build nothing",
    filled('the folder that npm run package makes'),
  )
  .option('--comfortable', "keep the local tenant's short clocks instead of those of Azure");

program.action(async (options: { readonly package?: string; readonly comfortable?: true }) => {
  const eventsPort = eventsPortOf(process.env['LOCAL_EVENTS_PORT']);
  const root = options.package === undefined ? project : resolve(options.package);
  if (!existsSync(join(root, 'package.json'))) {
    throw new UsageError(`${root} has no package.json. Give the folder that npm run package makes`);
  }
  await runHost({
    storage: process.env['AzureWebJobsStorage'] ?? '',
    rules: options.comfortable ? comfortable : asInAzure,
    hostJson: join(root, 'host.json'),
    eventsPort,
    entries() {
      if (root === project && isStale(root)) build(root);
      const entries = locateEntries(root);
      if (entries.length === 0) throw new Error(`${root} has none of the files in "main".`);
      return entries;
    },
  });
});

/** Throws `UsageError`. */
function eventsPortOf(text: string | undefined): number | undefined {
  if (!text) return undefined;
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new UsageError(`LOCAL_EVENTS_PORT is ${JSON.stringify(text)}. Give a port, 0 to 65535`);
}

await runProgram(program, { lasting: true });
