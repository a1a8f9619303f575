import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { commandOf, runProgram } from '../../cli/program.ts';
import { build } from '../../local/host/entries.ts';

const root = join(import.meta.dirname, '..', '..');

const program = commandOf({
  script: 'package',
  does:
    'Builds, and makes what is deployed: dist/package/, and of the same files dist/security-info-notifier.zip, ' +
    'the same bytes for the same commit.',
  example: '',
});

program.action(async () => {
  build(root);
  const { writePackage } = await import('./write.ts');
  const { folder, zip, files } = await writePackage(root, join(root, 'dist'));
  console.table(
    Object.fromEntries(
      [...files].map(([name, bytes]) => [
        name,
        { bytes: bytes.length, gzipped: gzipSync(bytes, { level: 9 }).length },
      ]),
    ),
  );
  console.log(`${relative(root, folder)}  the folder, for tools that zip it themselves`);
  console.log(`${relative(root, zip)}  ${statSync(zip).size} bytes`);
});

await runProgram(program);
