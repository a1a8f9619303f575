import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The files that package.json's `main` matches, as the Azure Functions runtime finds them. */
export function locateEntries(root: string): string[] {
  const { main } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    main: string;
  };
  return globSync(main, { cwd: root })
    .sort()
    .map((path) => join(root, path));
}

/** Whether the entries are missing, or older than a source. */
export function isStale(root: string): boolean {
  const entries = locateEntries(root);
  const oldest = Math.min(...entries.map(modified));
  const sources = globSync(
    ['functions/**/*.{ts,json}', 'templates/**/*.*', 'package.json', 'tsconfig.json'],
    { cwd: root, exclude: ['templates/compiled.ts'] },
  );
  return entries.length === 0 || sources.some((path) => modified(join(root, path)) > oldest);
}

/** What `npm run build` does, with its messages on stderr. */
export function build(root: string): void {
  // It takes some seconds, in which no timer runs.
  const [say, clear] = process.stderr.isTTY ? ['Building ...', '\r\u001b[K'] : ['', ''];
  process.stderr.write(say);
  for (const args of [
    [join('templates', 'build.ts')],
    [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'functions'],
  ]) {
    const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2] });
    if (status !== 0) throw new Error(`The build failed at ${args.join(' ')}; see stderr.`);
  }
  process.stderr.write(clear);
}

function modified(path: string): number {
  return statSync(path).mtimeMs;
}
