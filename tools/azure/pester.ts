import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { powerShell, run } from './programs.ts';

const root = join(import.meta.dirname, '..', '..');

/** How Pester's tests went. `says` is what it printed. */
interface PesterResult {
  readonly version: string;
  readonly passed: number;
  readonly failed: number;
  readonly says: string;
}

/**
 * Runs Pester's tests under PowerShell. Undefined where there is neither. A run that ends without a
 * result, or with no test in it, counts as a failure.
 */
export function runPester(): PesterResult | undefined {
  const program = powerShell();
  if (!program) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'pester-'));
  try {
    const result = join(folder, 'result.json');
    const script = [
      `Import-Module '${program.pester}'`,
      '$configuration = New-PesterConfiguration',
      `$configuration.Run.Path = '${join(root, 'test/infra')}'`,
      '$configuration.Run.PassThru = $true',
      "$configuration.Output.Verbosity = 'Normal'",
      "$configuration.Output.RenderMode = 'Plaintext'",
      '$run = Invoke-Pester -Configuration $configuration',
      '$counts = @{ passed = $run.PassedCount; failed = $run.FailedCount + $run.FailedContainersCount + $run.FailedBlocksCount }',
      `$counts | ConvertTo-Json | Set-Content '${result}'`,
    ].join('\n');
    const { stdout, stderr } = run(program, [
      '-NoLogo',
      '-NoProfile',
      '-NonInteractive',
      '-Command',
      script,
    ]);
    const says = `${stdout}${stderr}`;
    const [file] = globSync(result);
    const counts = file
      ? (JSON.parse(readFileSync(file, 'utf8')) as Omit<PesterResult, 'says'>)
      : undefined;
    if (!counts || counts.passed + counts.failed === 0)
      return { version: program.version, passed: 0, failed: 1, says };
    return { ...counts, version: program.version, says };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
