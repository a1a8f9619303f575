import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePackage } from '../../../tools/package/write.ts';
import { atLeast, atMost, type BenchRow, fact, short } from './row.ts';
import { median } from './timing.ts';

// What loading the deployed package reads and takes, against the same functions as tsc leaves them,
// with node_modules. Each load is a process of its own; the two take turns, and only their ratio
// says anything on another machine.

const root = join(import.meta.dirname, '..', '..', '..');
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

/** The package against the unbundled app, which `npm run build` has left in `dist/`. */
export async function coldStartRows(): Promise<BenchRow[]> {
  const out = mkdtempSync(join(tmpdir(), 'package-'));
  try {
    const { folder, zip } = await writePackage(root, out);
    const unbundled = join(root, 'dist', 'functions', 'main.js');
    const bundled = join(folder, 'main.js');
    const [before, after] = [load(unbundled, 'count'), load(bundled, 'count')];
    const times = Array.from({ length: turns }, () => ({
      slow: load(unbundled).milliseconds,
      fast: load(bundled).milliseconds,
    }));
    const slow = median(times.map((turn) => turn.slow));
    const fast = median(times.map((turn) => turn.fast));
    return [
      atLeast('cold start, files read, times fewer than unbundled', 3, before.files / after.files),
      fact(
        'cold start, loading the package; unbundled',
        `${short(fast)} ms; ${short(slow)} ms, ${short(slow / fast)} times`,
      ),
      atMost('package, zip', 3, statSync(zip).size / 1e6, ' MB'),
    ];
  } finally {
    rmSync(out, { recursive: true });
  }
}
