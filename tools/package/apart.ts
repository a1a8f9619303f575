import { basename } from 'node:path';
import { type BuildOptions, type BuildResult, build } from 'esbuild';

type Built = BuildResult<{ readonly write: false; readonly metafile: true }>;

/** Libraries that are bundled by themselves, for parts that load them when they are needed. */
export interface Apart {
  /** Whether a path is one that was given out. */
  readonly isOne: (path: string) => boolean;
  /** The path for `import()`. */
  readonly asModule: (library: string) => Promise<string>;
  /** The path for `require`, which does not wait. */
  readonly asScript: (library: string) => Promise<string>;
  /** All that were made. */
  readonly made: () => Promise<readonly Built[]>;
}

/** What `asked` has esbuild make, each library once. What two of them share is in both. */
export function bundledApart(shared: BuildOptions): Apart {
  const builds = new Map<string, Promise<Built>>();
  const paths = new Set<string>();
  const pathOf = async (library: string, options: BuildOptions): Promise<string> => {
    const asked = builds.get(library) ?? make(library, { ...shared, ...options });
    builds.set(library, asked);
    const { metafile } = await asked;
    const [file] =
      Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint !== undefined) ?? [];
    if (file === undefined) throw new Error(`esbuild made nothing of ${library}.`);
    const path = `./${basename(file)}`;
    paths.add(path);
    return path;
  };
  return {
    isOne: (path) => paths.has(path),
    asModule: (library) => pathOf(library, {}),
    asScript: (library) =>
      pathOf(library, { format: 'cjs', splitting: false, outExtension: { '.js': '.cjs' } }),
    made: () => Promise.all(builds.values()),
  };
}

const make = (library: string, options: BuildOptions): Promise<Built> =>
  build({
    ...options,
    entryPoints: [library],
    entryNames: 'part-[hash]',
    write: false,
    metafile: true,
  });
