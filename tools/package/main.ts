import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { columns } from '../../cli/columns.ts';
import { commandOf, runProgram } from '../../cli/program.ts';
import { openProgress } from '../../cli/progress.ts';
import { build } from '../../local/host/entries.ts';

const root = join(import.meta.dirname, '..', '..');

const program = commandOf({
  script: 'package',
  does:
    'Builds, and makes what is deployed: dist/package/, and of the same files dist/security-info-notifier.zip, ' +
    'the same bytes for the same commit.',
}).option('--json', 'for other programs');

program.action(async ({ json }: { readonly json?: boolean }) => {
  build(root);
  const { writePackage } = await import('./write.ts');
  const progress = openProgress(process.stderr);
  progress.say('Bundling');
  const { folder, zip, files } = await writePackage(root, join(root, 'dist')).finally(progress.end);
  const bytes = readFileSync(zip);
  const made = {
    version: JSON.parse(String(Buffer.from(files.get('package.json') ?? ''))).version as string,
    folder: relative(root, folder),
    zip: relative(root, zip),
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    files: [...files].map(([name, content]) => ({
      name,
      bytes: content.length,
      gzipped: gzipSync(content, { level: 9 }).length,
    })),
  };
  if (json) {
    console.log(JSON.stringify(made, null, 2));
    return;
  }
  const rows = made.files.map(({ name, bytes, gzipped }) => [name, `${bytes}`, `${gzipped}`]);
  console.log(`${sizes([['file', 'bytes', 'gzipped'], ...rows])}\n`);
  console.log(`${made.folder}  the folder, for tools that zip it themselves`);
  console.log(`${made.zip}  ${made.bytes} bytes`);
  console.log(`version ${made.version}, SHA-256 ${made.sha256}`);
});

/** Sizes stand right, below each other. */
function sizes(rows: readonly (readonly string[])[]): string {
  return columns(
    rows.map(([name = '', ...given]) => [name, ...given.map((one) => one.padStart(7))]),
  );
}

await runProgram(program);
