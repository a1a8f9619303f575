import { globSync, mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const workflows = globSync('.github/workflows/*.yml', { cwd: root });
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** GitHub's own parser. Bundled, since it imports JSON without the attribute that Node asks for. */
async function gitHubsParser(): Promise<typeof import('@actions/workflow-parser')> {
  const outfile = join(mkdtempSync(join(tmpdir(), 'workflows-')), 'parser.cjs');
  const contents = "export * from '@actions/workflow-parser';";
  const stdin = { contents, resolveDir: root };
  await build({ stdin, outfile, bundle: true, platform: 'node', format: 'cjs' });
  return createRequire(import.meta.url)(outfile);
}

const { NoOperationTraceWriter, parseWorkflow } = await gitHubsParser();

/** What it has against a workflow. */
const problems = (content: string) =>
  parseWorkflow({ name: 'workflow.yml', content }, new NoOperationTraceWriter())
    .context.errors.getErrors()
    .map(String);

describe.each(workflows)('%s', (file) => {
  test('has nothing that the parser of GitHub Actions refuses', () => {
    expect(problems(read(file))).toEqual([]);
  });

  test('runs npm scripts that there are', () => {
    const named = [...read(file).matchAll(/\bnpm run ([\w-]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  test('may read the repository and nothing else, unless a job says so', () => {
    expect(parse(read(file)).permissions).toEqual({ contents: 'read' });
  });
});

test('the parser refuses what GitHub would', () => {
  const wrong = 'on: push\njobs:\n  one:\n    runs-onn: ubuntu-latest\n    steps: []\n';
  expect(problems(wrong).join()).toMatch(/runs-onn/);
});

test('a change is checked as a new user and a machine of ours check it', () => {
  expect(read('.github/workflows/check.yml')).toContain(' .ci/run\n');
});

test('forms ask for something, and every field has a name', () => {
  for (const file of globSync('.github/ISSUE_TEMPLATE/*-*.yml', { cwd: root })) {
    const { name, description, body } = parse(read(file));
    expect(
      [name, description].every((text) => typeof text === 'string'),
      file,
    ).toBe(true);
    const fields = body.filter(({ type }: { type: string }) => type !== 'markdown');
    const ids = fields.map(({ id }: { id: string }) => id);
    expect(new Set(ids).size, file).toBe(fields.length);
  }
});

test('one version of Node is meant everywhere', () => {
  const { optionalDependencies } = JSON.parse(read('package.json'));
  const versions = new Set(Object.values(optionalDependencies));
  expect([...versions]).toEqual([read('.node-version').trim()]);
});
