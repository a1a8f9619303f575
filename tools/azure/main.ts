import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bicep as findBicep, versions } from './programs.ts';
import { compile } from './templates.ts';

// npm run azure: has Microsoft's own programs judge infra/, and writes what they make of it.
// npm run azure -- --check: the same, and writes nothing; a file that would change has failed.
const root = join(import.meta.dirname, '..', '..');
const pinned = versions['Azure.Bicep.CommandLine.linux-x64'];
const checks = process.argv.includes('--check');
let passed = 0;
let failed = 0;

function judged(name: string, problems: readonly string[]): void {
  if (problems.length === 0) passed += 1;
  else failed += 1;
  if (problems.length > 0) console.log([`✗ ${name}`, ...problems].join('\n    '));
}

const read = (file: string) => {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch {
    return '';
  }
};

/** The first line in which two texts differ, for people. */
function difference(there: string, made: string): string[] {
  if (there === made) return [];
  const [before, after] = [there.split('\n'), made.split('\n')];
  const at = after.findIndex((line, index) => line !== before[index]);
  const line = at < 0 ? after.length : at;
  return [
    `line ${line + 1} is`,
    `  ${before[line] ?? '(no line)'}`,
    'and should be',
    `  ${after[line] ?? '(no line)'}`,
    'Run: npm run azure',
  ];
}

const bicep = findBicep();
if (!bicep) {
  console.log(
    'Bicep: skipped. Neither the .NET 10 SDK with a way to NuGet is here, nor bicep, nor az bicep.',
  );
} else {
  const { problems, reminders, files } = compile(bicep);
  judged('compiler and linter', problems);
  for (const line of reminders) console.log(`  reminder: ${line}`);
  if (checks && bicep.version !== pinned) {
    console.log(
      `Files were not compared: Bicep ${pinned} made them, and this is ${bicep.version}.`,
    );
  } else {
    for (const [file, text] of files) {
      if (checks) judged(file, difference(read(file), text));
      else if (read(file) !== text) {
        writeFileSync(join(root, file), text);
        console.log(`wrote ${file}`);
      }
    }
  }
  console.log(`Bicep ${bicep.version}: ${passed} passed, ${failed} failed`);
}

if (checks) console.log(`Azure: ${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
