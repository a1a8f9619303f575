import { readFileSync } from 'node:fs';
import { join, parse, relative } from 'node:path';
import type { Plugin } from 'esbuild';
import type { Apart } from './apart.ts';

// What keeps a new process from loading what it may never need. What each gains: docs/decisions/one-bundle.md.

/** The same calls, on what `require` gives when the first of them comes. */
const calledLater = (name: string) => (path: string) =>
  `export const ${name} = (...given) => require('${path}').${name}(...given);`;
const madeLater = (name: string) => (path: string) =>
  `export function ${name}(...given) { return new (require('${path}').${name})(...given); }`;

/**
 * What takes a library's place, by the path of that library in a file of its own. Agents for proxies are made where a
 * variable names one; languages are matched where none is there by its name.
 */
const later: Readonly<Record<string, (path: string) => string>> = {
  '@formatjs/intl-localematcher': calledLater('match'),
  'http-proxy-agent': madeLater('HttpProxyAgent'),
  'https-proxy-agent': madeLater('HttpsProxyAgent'),
};

const namespace = 'later';

/**
 * XML comes in a few errors alone; none is sent to a table, for which `core-client` has an error of its own. The
 * clients of queues send it.
 */
const xml = [
  "export const parseXML = async (...given) => (await import('@azure/core-xml')).parseXML(...given);",
  'export const stringifyXML = undefined;',
].join('\n');
const sendsXml = (importer: string, from: string) =>
  from !== namespace && !/@azure[\\/]data-tables[\\/]/.test(importer);

/** Options of esbuild, with `apart` to bundle by itself what is to be loaded by itself. */
export const lighter = (root: string, apart: Apart) => ({
  plugins: [libraries(apart), rareFiles(root), fewParts(root), words(root)],
  // The storage SDK asks of each body whether it is a form. None is, and to ask loads all of `fetch`.
  define: { FormData: 'undefined' },
});

const libraries = (apart: Apart): Plugin => ({
  name: 'libraries',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, async ({ path, namespace: from, resolveDir, importer }) => {
      if (apart.isOne(path)) return { path, external: true };
      // Half of what would be loaded, where no platform gives out tokens.
      if (path === '@azure/identity') return { path: await apart.asModule(path), external: true };
      if (Object.hasOwn(later, path)) return { path, namespace };
      if (path !== '@azure/core-xml' || sendsXml(importer, from)) return undefined;
      if (from === namespace) return { path: await apart.asModule(path), external: true };
      return { path, namespace, pluginData: resolveDir };
    });
    onLoad({ filter: /./, namespace }, async ({ path, pluginData: resolveDir }) => ({
      contents: later[path]?.(await apart.asScript(path)) ?? xml,
      resolveDir,
    }));
  },
});

/** Files whose names a library gives out beside all others, with these names: few parts use them. */
const rare: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  // What generates code is half of zod, and few processes read so many rows.
  'zod/v4/core': {
    'compile.js': [
      'INVALID',
      'compile',
      'withParser',
      'ZodCompileAsyncError',
      'ZodCompileUnsupportedError',
    ],
  },
  // The clients of queues are made with this, those of tables are not.
  '@typespec/ts-http-runtime/dist/esm': { 'client/getClient.js': ['getClient'] },
};

/**
 * Of a file that is used anywhere, esbuild loads with the library what any part uses. So the library is left without
 * these, and a file of the same name that imports it, which is to use nothing else of it, gets the one itself.
 */
const rareFiles = (root: string): Plugin => ({
  name: 'rare files',
  setup({ onResolve, onLoad }) {
    for (const [folder, files] of Object.entries(rare)) {
      const library = join(root, 'node_modules', folder);
      for (const [file, names] of Object.entries(files)) {
        const name = parse(file).name;
        onResolve({ filter: /./ }, ({ path, importer }) => {
          if (path === `./${file}` && importer === join(library, 'index.js')) {
            return { path: file, namespace: 'rare', pluginData: names };
          }
          const isWanted = parse(importer).name === name && folder.startsWith(path);
          return isWanted ? { path: join(library, file) } : undefined;
        });
      }
    }
    onLoad({ filter: /./, namespace: 'rare' }, ({ pluginData: names }) => ({
      contents: (names as string[]).map((name) => `export const ${name} = undefined;`).join('\n'),
    }));
  },
});

/**
 * What a file is said to import besides. esbuild makes a part of all that the same parts load, and the more parts a
 * process loads, the longer it takes: what is loaded by then, or by nearly all, is to be in few of them.
 */
const besides: Readonly<Record<string, readonly string[]>> = {
  'rooms.ts': [
    'audit/pages.ts',
    'pacing/plan.ts',
    'ledger/transitions.ts',
    'recognise/initiator.ts',
    'putLast.ts',
  ],
  'intake/recordPage.ts': ['rooms.ts', 'intake/catchUp.ts', 'intake/stuck.ts'],
  'ledger/queueClient.ts': ['rooms.ts'],
  'compile.ts': ['rooms.ts'],
};

const fewParts = (root: string): Plugin => ({
  name: 'few parts',
  setup({ onLoad }) {
    const functions = join(root, 'functions');
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const others = besides[relative(functions, path).replaceAll('\\', '/')];
      if (!others) return undefined;
      const imports = others.map((other) => `import ${JSON.stringify(join(functions, other))};`);
      return { contents: [readFileSync(path, 'utf8'), ...imports].join('\n'), loader: 'ts' };
    });
  },
});

const wordsOfLanguages = /^export const texts: Record<string, string> = (\{.*\});$/m;

/**
 * The words of each language in a file of their own: a process reads those that it writes in, and holds neither the
 * others nor the code that they stand in.
 */
const words = (root: string): Plugin => ({
  name: 'words',
  setup({ onResolve, onLoad }) {
    const compiled = join(root, 'templates', 'compiled.ts');
    const texts = new Map<string, string>();
    onResolve({ filter: /^words:/ }, ({ path }) => ({ path: path.slice(6), namespace: 'words' }));
    onLoad({ filter: /\.json$/, namespace: 'words' }, ({ path }) => ({
      contents: texts.get(parse(path).name) as string,
      loader: 'file',
    }));
    onLoad({ filter: /compiled\.ts$/ }, ({ path }) => {
      if (path !== compiled) return undefined;
      const code = readFileSync(path, 'utf8');
      const [statement, list] = wordsOfLanguages.exec(code) ?? [];
      if (!statement || !list) throw new Error(`${path} holds no words as it did.`);
      for (const [tag, text] of Object.entries(JSON.parse(list))) texts.set(tag, String(text));
      const tags = [...texts.keys()];
      const lines = [
        "import { readFileSync } from 'node:fs';",
        ...tags.map((tag, at) => `import file${at} from 'words:${tag}.json';`),
        "const read = (file) => readFileSync(new URL(file, import.meta.url), 'utf8');",
        'export const texts = {',
        ...tags.map((tag, at) => `get ${JSON.stringify(tag)}() { return read(file${at}); },`),
        '};',
      ];
      return { contents: code.replace(statement, () => lines.join('\n')), loader: 'ts' };
    });
  },
});

/** Whether a source is one that was made up here. */
export const isMadeUp = (source: string): boolean => /^(later|rare|words):/.test(source);
