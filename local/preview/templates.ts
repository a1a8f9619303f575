import { spawnSync } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const compiled = join(root, 'templates', 'compiled.ts');

/** Compiles the templates and words if they are newer than what was compiled. Throws an Error. */
export function compileTemplates(): void {
  const sources = globSync('templates/**/*.*', { cwd: root, exclude: ['templates/compiled.ts'] });
  const at = existsSync(compiled) ? statSync(compiled).mtimeMs : 0;
  if (!sources.some((path) => statSync(join(root, path)).mtimeMs > at)) return;
  const script = join(root, 'templates', 'build.ts');
  const { status } = spawnSync(process.execPath, [script], { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('The templates do not compile; see above');
}
