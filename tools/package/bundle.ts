import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';

/** What the package's `main` names. */
export const entry = 'main.js';

/** The app in one file, and what it was made of. */
export interface Bundle {
  readonly code: Uint8Array;
  /** The files that it holds anything of, from the root of the repository. */
  readonly sources: readonly string[];
  /** What it imports when it runs. */
  readonly imports: readonly string[];
}

/** Only the Functions worker has the one; `debug` does without the other, a dependency of tools. */
const external = ['@azure/functions-core', 'supports-color'];

/** Bundles the functions with all that they import: `docs/decisions/one-bundle.md`. */
export async function bundle(root: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [join('functions', 'main.ts')],
    outfile: entry,
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    external,
    // Paths then read the same wherever node_modules really is.
    preserveSymlinks: true,
    legalComments: 'eof',
    // CommonJS libraries ask for Node's own modules, and @azure/functions for the worker's.
    banner: {
      js: [
        "import { createRequire as requireFrom } from 'node:module';",
        'const require = requireFrom(import.meta.url);',
      ].join('\n'),
    },
  });
  const [file] = outputFiles;
  const made = metafile.outputs[entry];
  if (!file || !made) throw new Error('esbuild made no bundle.');
  return { code: file.contents, ...contents(made) };
}

function contents({ inputs, imports }: Metafile['outputs'][string]) {
  const used = Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return {
    sources: used.map(([path]) => path).sort(),
    imports: [...new Set(imports.map(({ path }) => path))].sort(),
  };
}
