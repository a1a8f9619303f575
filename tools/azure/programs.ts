import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const project = join(import.meta.dirname, 'tools.csproj');

/** The versions that the committed files were made and judged with, by the names of NuGet's packages. */
export const versions = Object.fromEntries(
  [...readFileSync(project, 'utf8').matchAll(/Include="([^"]+)" Version="\[([^\]]+)\]"/g)].map(
    ([, name = '', version = '']) => [name, version] as const,
  ),
);

/** A program, with the arguments that always come first. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly version: string;
}

/** How a program ended. `stdout` and `stderr` are text. */
export function run(
  { command, args }: Program,
  more: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  cwd?: string,
) {
  const { status, stdout, stderr, error } = spawnSync(command, [...args, ...more], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, stdout: stdout ?? '', stderr: error ? error.message : (stderr ?? '') };
}

/** A program on this machine, undefined where it is none. */
function found(command: string, args: string[], ask: string, pattern: RegExp) {
  const { status, stdout } = run({ command, args, version: '' }, ask.split(' '));
  const version = status === 0 ? pattern.exec(stdout)?.[1] : undefined;
  return version === undefined ? undefined : { command, args, version };
}

const home = () => process.env['NUGET_PACKAGES'] ?? join(homedir(), '.nuget', 'packages');
const inPackage = (name: string, ...path: string[]) =>
  join(home(), name.toLowerCase(), versions[name] ?? '', ...path);

let restored: boolean | undefined;

/** Brings the packages onto this machine. False where there is no dotnet 10, or no way to NuGet. */
function restore(): boolean {
  restored ??=
    Number.parseInt(run({ command: 'dotnet', args: [], version: '' }, ['--version']).stdout, 10) >=
      10 &&
    run({ command: 'dotnet', args: [], version: '' }, ['restore', project, '--verbosity', 'quiet'])
      .status === 0;
  return restored;
}

const bicepPackage = 'Azure.Bicep.CommandLine.linux-x64';

/**
 * The Bicep compiler: NuGet's, in the very version that the committed files were made with; else the
 * operator's own, whichever version that is. Undefined where there is neither.
 */
export function bicep(): Program | undefined {
  const version = versions[bicepPackage] ?? '';
  const pattern = /version (\d[\w.]*)/;
  const own = found('bicep', [], '--version', pattern);
  if (own?.version === version) return own;
  if (process.platform === 'linux' && process.arch === 'x64' && restore()) {
    const command = inPackage(bicepPackage, 'tools', 'bicep');
    if (existsSync(command)) {
      chmodSync(command, 0o755);
      return { command, args: [], version };
    }
  }
  return own ?? found('az', ['bicep'], 'version', pattern);
}

/** PowerShell 7 and the manifest of Pester, both NuGet's. Undefined where there is no dotnet. */
export function powerShell(): (Program & { readonly pester: string }) | undefined {
  const platform = process.platform === 'win32' ? 'win' : 'unix';
  const program = inPackage('PowerShell', 'tools', 'net10.0', 'any', platform, 'pwsh.dll');
  const pester = inPackage('Pester', 'tools', 'Pester.psd1');
  if (!restore() || !existsSync(program) || !existsSync(pester)) return undefined;
  return { command: 'dotnet', args: [program], version: versions['PowerShell'] ?? '', pester };
}
