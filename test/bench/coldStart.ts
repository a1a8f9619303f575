import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePackage } from '../../local/package/write.ts';

// What loading the deployed package reads and takes, against the same functions as tsc leaves them,
// with node_modules. Each load is a process of its own; the two take turns, and only their ratio
// says anything on another machine.

const root = join(import.meta.dirname, '..', '..');
const turns = 15;

/** As in Azure: with a managed identity. Nothing is called while loading. */
const settings = {
  SENDER_MAILBOXES: 'security@contoso.example',
  AZURE_CLIENT_ID: '0a1b2c3d-0000-4000-8000-000000000001',
  IDENTITY_ENDPOINT: 'http://localhost:1/msi',
  AzureWebJobsStorage__accountName: 'contoso',
};

interface Load {
  readonly milliseconds: number;
  readonly files: number;
  readonly bytes: number;
}

function load(entry: string, ...mode: string[]): Load {
  const args = [join(import.meta.dirname, 'load.ts'), entry, ...mode];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    env: { ...process.env, ...settings },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Load;
}

const median = (numbers: readonly number[]) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

const out = mkdtempSync(join(tmpdir(), 'package-'));
try {
  const { folder, zip } = await writePackage(root, out);
  const entries = [join(root, 'dist', 'functions', 'main.js'), join(folder, 'main.js')] as const;
  const [before, after] = entries.map((entry) => load(entry, 'count')) as [Load, Load];
  const times = Array.from({ length: turns }, () =>
    entries.map((entry) => load(entry).milliseconds),
  );
  const [slow, fast] = entries.map((_, index) => median(times.map((turn) => turn[index] ?? 0)));
  console.table({
    'tsc and node_modules': { files: before.files, bytes: before.bytes, 'median ms': slow },
    package: { files: after.files, bytes: after.bytes, 'median ms': fast },
  });
  const faster = ((slow ?? 0) / (fast ?? 1)).toFixed(1);
  console.log(`the package loads ${faster} times as fast (not judged: it depends on the disk)`);
  const fewer = before.files / after.files;
  const megabytes = statSync(zip).size / 1e6;
  const verdicts = [
    { met: fewer >= 3, target: 'at least 3 times fewer files', measured: fewer.toFixed(0) },
    { met: megabytes <= 3, target: 'a zip of at most 3 MB', measured: megabytes.toFixed(2) },
  ];
  for (const { met, target, measured } of verdicts) {
    console.log(`${met ? 'met' : 'MISSED'}: ${target}; measured ${measured}`);
  }
  if (verdicts.some(({ met }) => !met)) process.exitCode = 1;
} finally {
  rmSync(out, { recursive: true });
}
