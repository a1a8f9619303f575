import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf, exitCodes, runProgram } from '../../cli/program.ts';
import { runPester } from './pester.ts';
import { bicep as findBicep, type Program, versions } from './programs.ts';
import { compile } from './templates.ts';

const root = join(import.meta.dirname, '..', '..');
const pinned = versions['Azure.Bicep.CommandLine.linux-x64'];

/** How many checks passed and failed. What failed is printed at once. */
class Tally {
  passed = 0;
  failed = 0;
  judge(name: string, problems: readonly string[]): void {
    if (problems.length === 0) this.passed += 1;
    else {
      this.failed += 1;
      console.log([`✗ ${name}`, ...problems].join('\n    '));
    }
  }
}

const program = commandOf({
  script: 'azure',
  does: 'Has the Bicep compiler judge infra/, and writes what it makes of it: the format, the template as JSON, and what each parameter file would deploy. Fetches the compiler by the .NET 10 SDK; without that it takes bicep or az bicep.',
  example: '--check',
  found: 'a file has a fault, or with --check would change',
}).option('--check', 'write nothing, and run the tests of the PowerShell script as well');

program.action(({ check = false }: { readonly check?: boolean }) => {
  const tally = new Tally();
  judgeBicep(findBicep(), check, tally);
  if (check) {
    judgePowerShell(tally);
    console.log(`Azure: ${tally.passed} passed, ${tally.failed} failed`);
  }
  process.exitCode = tally.failed > 0 ? exitCodes.found : exitCodes.well;
});

function judgeBicep(bicep: Program | undefined, check: boolean, tally: Tally): void {
  if (!bicep) {
    console.log(
      'Bicep: skipped. Neither the .NET 10 SDK with a way to NuGet, nor bicep, nor az bicep is here.',
    );
    return;
  }
  const { problems, reminders, files } = compile(bicep);
  tally.judge('compiler and linter', problems);
  for (const line of reminders) console.log(`  reminder: ${line}`);
  const isPinned = bicep.version === pinned;
  for (const [file, text] of check && !isPinned ? [] : files) {
    if (check) tally.judge(file, difference(read(file), text));
    else if (read(file) !== text) {
      writeFileSync(join(root, file), text);
      console.log(`wrote ${file}`);
    }
  }
  if (!isPinned)
    console.log(
      `Bicep ${pinned} makes the committed files, and this is ${bicep.version}: they are not compared.`,
    );
  console.log(`Bicep ${bicep.version}: ${tally.passed} passed, ${tally.failed} failed`);
}

function judgePowerShell(tally: Tally): void {
  const result = runPester();
  if (!result) {
    console.log('Pester: skipped. The .NET 10 SDK, or a way to NuGet, is not here.');
    return;
  }
  tally.passed += result.passed;
  tally.failed += result.failed;
  if (result.failed > 0) console.log(result.says);
  console.log(
    `Pester under PowerShell ${result.version}: ${result.passed} passed, ${result.failed} failed`,
  );
}

function read(file: string): string {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch {
    return '';
  }
}

/** The first line in which two texts differ, for people. */
function difference(there: string, made: string): string[] {
  if (there === made) return [];
  const [before, after] = [there.split('\n'), made.split('\n')];
  const at = after.findIndex((line, index) => line !== before[index]);
  const line = at < 0 ? after.length : at;
  const [is, should] = [before[line] ?? '(no line)', after[line] ?? '(no line)'];
  return [`line ${line + 1} is`, `  ${is}`, 'and should be', `  ${should}`, 'Run: npm run azure'];
}

await runProgram(program);
