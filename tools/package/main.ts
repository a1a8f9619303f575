import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { commandOf, runProgram } from '../../cli/program.ts';
import { openProgress } from '../../cli/progress.ts';
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
  const progress = openProgress(process.stderr);
  progress.say('Bundling');
  const made = await writePackage(root, join(root, 'dist')).finally(progress.end);
  const { folder, zip, files } = made;
  console.table(
    Object.fromEntries(
      [...files].map(([name, bytes]) => [
        name,
        { bytes: bytes.length, gzipped: gzipSync(bytes, { level: 9 }).length },
      ]),
    ),
  );
  console.log(`${relative(root, folder)}  the folder, for tools that zip it themselves`);
  const bytes = readFileSync(zip);
  const { version } = JSON.parse(String(Buffer.from(files.get('package.json') ?? '')));
  console.log(`${relative(root, zip)}  ${bytes.length} bytes`);
  console.log(`version ${version}, SHA-256 ${createHash('sha256').update(bytes).digest('hex')}`);
});

await runProgram(program);
