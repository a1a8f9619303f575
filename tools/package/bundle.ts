import { basename, join } from 'node:path';
import { type BuildOptions, build, type Metafile, type OutputFile } from 'esbuild';
import { strToU8 } from 'fflate';
import { bundledApart } from './apart.ts';
import { inAscii } from './ascii.ts';
import { withBuiltins } from './builtins.ts';
import { isMadeUp, lighter } from './lighter.ts';

/** What the package's `main` names. */
export const entry = 'main.js';

/** One file of the app, with what it loads before its first line runs. */
interface Part {
  readonly code: Uint8Array;
  /** Files of the repository that it holds, with the bytes of each. */
  readonly sources: ReadonlyMap<string, number>;
  /** The other parts that are loaded with it. */
  readonly imports: readonly string[];
}

/** The app: `main.js`, and the parts that each function loads when it is first called. */
export interface Bundle {
  readonly parts: ReadonlyMap<string, Part>;
  /** The files that it holds anything of, from the root of the repository. */
  readonly sources: readonly string[];
  /** What it imports when it runs, besides its own parts. */
  readonly imports: readonly string[];
}

/** Only the Functions worker has the one; `debug` does without the other, a dependency of tools. */
const external = ['@azure/functions-core', 'supports-color'];

/** Bundles the functions with all that they import, or another app in the same way: `docs/decisions/one-bundle.md`. */
export async function bundle(
  root: string,
  source: string = join('functions', 'main.ts'),
): Promise<Bundle> {
  const options: BuildOptions = {
    absWorkingDir: root,
    outdir: '.',
    chunkNames: 'part-[hash]',
    assetNames: 'words-[name]',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    // Of a module esbuild leaves out what nobody uses; of CommonJS it can't.
    mainFields: ['module', 'main'],
    external,
    // Paths then read the same wherever node_modules really is.
    preserveSymlinks: true,
    legalComments: 'eof',
  };
  const apart = bundledApart(options);
  const app = await build({
    ...options,
    ...lighter(root, apart),
    entryPoints: { [basename(entry, '.js')]: source },
    write: false,
    metafile: true,
  });
  const all = [app, ...(await apart.made())];
  const parts = new Map(
    all
      .flatMap(({ outputFiles, metafile }) =>
        outputFiles.map((file): [string, Part] => [
          basename(file.path),
          partOf(file.path, contentOf(file), metafile),
        ]),
      )
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
  if (!parts.has(entry)) throw new Error('esbuild made no bundle.');
  const sources = [...parts.values()].flatMap((one) => [...one.sources.keys()]);
  const imports = all.flatMap(({ metafile }) =>
    Object.values(metafile.outputs).flatMap((made) =>
      made.imports.flatMap(({ external, path }) => (external && !apart.isOne(path) ? path : [])),
    ),
  );
  return { parts, sources: [...new Set(sources)].sort(), imports: [...new Set(imports)].sort() };
}

const contentOf = ({ path, contents, text }: OutputFile): Uint8Array =>
  path.endsWith('.json') ? contents : strToU8(inAscii(withBuiltins(text)));

function partOf(path: string, code: Uint8Array, { outputs }: Metafile): Part {
  const made = outputs[basename(path)];
  if (!made) throw new Error(`esbuild does not say what ${basename(path)} is made of.`);
  const held = Object.entries(made.inputs).filter(
    ([source, { bytesInOutput }]) => bytesInOutput > 0 && !isMadeUp(source),
  );
  const atOnce = made.imports.filter((one) => one.kind === 'import-statement' && !one.external);
  return {
    code,
    sources: new Map(held.map(([source, { bytesInOutput }]) => [source, bytesInOutput])),
    imports: atOnce.map((one) => basename(one.path)),
  };
}

/** What is loaded together: a part by its name, or by a file that it holds, and all that it needs at once. */
export function loadedWith({ parts }: Bundle, wanted: string): ReadonlySet<string> {
  const [first] =
    [...parts].find(([name, { sources }]) => name === wanted || sources.has(wanted)) ?? [];
  if (first === undefined) throw new Error(`No part of the package holds ${wanted}.`);
  const names = new Set([first]);
  // A set is walked to its end, whatever is added meanwhile.
  for (const name of names) for (const next of parts.get(name)?.imports ?? []) names.add(next);
  return names;
}
