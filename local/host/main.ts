import { join } from 'node:path';
import { build, isStale, locateEntries } from './entries.ts';
import { runHost } from './run.ts';

const root = join(import.meta.dirname, '..', '..');

await runHost({
  storage: process.env['AzureWebJobsStorage'] ?? '',
  entries() {
    if (isStale(root)) build(root);
    const entries = locateEntries(root);
    if (entries.length === 0) throw new Error('The build made none of the files in "main".');
    return entries;
  },
});
