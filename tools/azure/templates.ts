import { cpSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Program, run } from './programs.ts';

const root = join(import.meta.dirname, '..', '..');
const examples = 'test/infra/examples';

/** Every file of Bicep. */
const bicepFiles = globSync(`{infra,${examples}}/*.bicep{,param}`, { cwd: root })
  .map((file) => file.replaceAll('\\', '/'))
  .sort();

/** The parameter files that are evaluated, each with its result beside it. */
const parameterFiles = bicepFiles.filter((file) => file.endsWith('.bicepparam'));
const snapshotOf = (file: string) => file.replace(/\.bicepparam$/, '.snapshot.json');

/** Templates as JSON: of all parameters, and of those that the portal's form has. */
const templates = {
  'infra/main.bicep': 'infra/azuredeploy.json',
  'infra/portal.bicep': 'infra/portal.json',
};

/** What parameter files read from the environment. */
const environment = { SENDER_MAILBOXES: 'security@contoso.com', AZURE_ENV_NAME: '' };

/** Where the snapshots pretend to deploy: names of resources are made from it. */
const scope = [
  ['--subscription-id', '00000000-0000-4000-8000-000000000001'],
  ['--resource-group', 'rg-security-info'],
  ['--location', 'westeurope'],
  ['--deployment-name', 'notifier'],
].flat();

/** What the compiler says of the files, and every file that it writes. */
interface Compiled {
  /** Faults, a line each: what the compiler refuses, and each finding of its linter. */
  readonly problems: readonly string[];
  /** Newer versions of APIs. They depend on today's date, and are no fault of the files. */
  readonly reminders: readonly string[];
  /**
   * By path: each file of Bicep in its format, the template as JSON, and the snapshots, which are
   * what each parameter file would deploy, evaluated without Azure. Empty where there are problems.
   */
  readonly files: ReadonlyMap<string, string>;
}

/** Compiles everything, in a copy. */
export function compile(bicep: Program): Compiled {
  const folder = mkdtempSync(join(tmpdir(), 'bicep-'));
  const problems = new Set<string>();
  const reminders = new Set<string>();
  const call = (...args: string[]) => {
    const { status, stdout, stderr } = run(bicep, args, environment, folder);
    for (const line of `${stdout}\n${stderr}`.split('\n').filter((one) => one.trim())) {
      const isReminder = line.includes(' use-recent-api-versions:');
      (isReminder ? reminders : problems).add(line.replaceAll(join(folder, '/'), ''));
    }
    if (status !== 0 && problems.size === 0) problems.add(`bicep ${args.join(' ')}: ${status}`);
  };
  try {
    for (const part of ['infra', examples]) {
      cpSync(join(root, part), join(folder, part), { recursive: true });
    }
    call('lint', '--pattern', '**/*.bicep*');
    call('format', '--pattern', '**/*.bicep*');
    for (const [source, made] of problems.size === 0 ? Object.entries(templates) : []) {
      call('build', source, '--outfile', made);
    }
    for (const file of problems.size === 0 ? parameterFiles : []) {
      call('snapshot', file, '--mode', 'overwrite', ...scope);
    }
    const names = [...bicepFiles, ...Object.values(templates), ...parameterFiles.map(snapshotOf)];
    const text = (file: string) => readFileSync(join(folder, file), 'utf8');
    const files =
      problems.size > 0 ? [] : names.map((file) => [file, settled(file, text(file))] as const);
    return { problems: [...problems], reminders: [...reminders], files: new Map(files) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same text for the same templates: a snapshot's outputs come in another order each time. */
function settled(file: string, text: string): string {
  if (!file.endsWith('.snapshot.json')) return `${text.trimEnd()}\n`;
  const { outputs, ...rest } = JSON.parse(text) as { outputs: object };
  const sorted = Object.fromEntries(Object.entries(outputs).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ ...rest, outputs: sorted }, null, 2)}\n`;
}
