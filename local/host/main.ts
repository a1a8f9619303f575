import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build, isStale, locateEntries } from './entries.ts';
import { runHost } from './run.ts';

// With `--package <folder>` it runs what is deployed, by that folder's own package.json and
// host.json, and builds nothing.
const { values } = parseArgs({ options: { package: { type: 'string' } } });
const project = join(import.meta.dirname, '..', '..');
const eventsPort = process.env['LOCAL_EVENTS_PORT'];
const root = values.package === undefined ? project : resolve(values.package);

await runHost({
  storage: process.env['AzureWebJobsStorage'] ?? '',
  hostJson: join(root, 'host.json'),
  eventsPort: eventsPort ? Number(eventsPort) : undefined,
  entries() {
    if (root === project && isStale(root)) build(root);
    const entries = locateEntries(root);
    if (entries.length === 0) throw new Error(`${root} has none of the files in "main".`);
    return entries;
  },
});
