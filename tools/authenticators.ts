import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { whyNot } from '../cli/files.ts';
import { commandOf, filled, runProgram, UsageError } from '../cli/program.ts';
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

const copies = 'Give --from the folder with the copies: models-*.tsv, software.tsv, and the others';

if (import.meta.main) {
  const program = commandOf({
    script: 'authenticators',
    does: 'Writes the list of authenticators anew from copies of other lists, and prints what changed. Fetches nothing, and writes nothing where an id or a warning would be lost.',
    example: '--from ../aaguids',
  });
  program
    .option(
      '--from <folder>',
      'the copies: models-*.tsv, software.tsv, and the others',
      filled('the folder with the copies'),
    )
    .action(async ({ from }: { from?: string }) => {
      if (!from) throw new UsageError(`--from is missing. ${copies}`);
      const changes = await renew(from).catch((error: NodeJS.ErrnoException) => {
        if (!error.code) throw error;
        const what = error.path ?? from;
        throw new UsageError(`${what} can't be read: ${whyNot(error)}. ${copies}`);
      });
      console.log(changes.length > 0 ? changes.join('\n') : 'Nothing changed.');
    });
  await runProgram(program, { explain: (error) => (error as Error).message });
}
