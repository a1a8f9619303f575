// Build time only: writes functions/passkeys/authenticators.json anew from copies of the lists in a
// folder, and says what changed. Nothing is fetched, here or at run time.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Authenticators } from '../functions/passkeys/authenticator.ts';
import { changesIn } from './authenticators/changes.ts';
import { mergeAuthenticators, written } from './authenticators/merge.ts';

const target = join(import.meta.dirname, '../functions/passkeys/authenticators.json');

/** Renews a list. Returns what changed. Throws an Error where an id would be lost, and writes nothing. */
export async function renew(folder: string, file: string = target): Promise<readonly string[]> {
  const before: Authenticators = JSON.parse(await readFile(file, 'utf8'));
  const after = await mergeAuthenticators(folder);
  const changes = changesIn(before, after);
  await writeFile(file, written(after));
  return changes;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { from: { type: 'string' } } });
  if (!values.from) {
    console.error('Usage: npm run authenticators -- --from FOLDER (with copies of the lists)');
    process.exit(2);
  }
  try {
    const changes = await renew(values.from);
    console.log(changes.length > 0 ? changes.join('\n') : 'Nothing changed.');
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}
