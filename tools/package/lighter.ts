import { join } from 'node:path';
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

/**
 * XML comes in a few errors alone; none is sent to a table, for which `core-client` has an error of its own. The
 * clients of queues send it.
 */
const xml = [
  "export const parseXML = async (...given) => (await import('@azure/core-xml')).parseXML(...given);",
  'export const stringifyXML = undefined;',
].join('\n');
const sendsXml = (importer: string) => !/@azure[\\/]data-tables[\\/]/.test(importer);

const namespace = 'later';

/** Options of esbuild, with `apart` to bundle by itself what is to be loaded by itself. */
export const lighter = (root: string, apart: Apart) => ({
  plugins: [libraries(apart), compiler(root)],
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
      if (path !== '@azure/core-xml' || from === namespace || sendsXml(importer)) return undefined;
      return { path, namespace, pluginData: resolveDir };
    });
    onLoad({ filter: /./, namespace }, async ({ path, pluginData: resolveDir }) => ({
      contents: later[path]?.(await apart.asScript(path)) ?? xml,
      resolveDir,
    }));
  },
});

/** What zod's barrels give out of its compiler. */
const compilers = [
  'INVALID',
  'compile',
  'withParser',
  'ZodCompileAsyncError',
  'ZodCompileUnsupportedError',
];

/**
 * What generates code is half of zod, and few processes read so many rows. Of a file that is used anywhere esbuild
 * loads with each barrel what any part uses, so whoever compiles gets the file itself.
 */
const compiler = (root: string): Plugin => ({
  name: 'compiler',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^zod\/v4\/core$/ }, ({ importer }) =>
      /compiled(Row|Notification)\.ts$/.test(importer)
        ? { path: join(root, 'node_modules', 'zod', 'v4', 'core', 'compile.js') }
        : undefined,
    );
    onResolve({ filter: /^\.\/compile\.js$/ }, ({ importer }) =>
      /zod[\\/]v4[\\/]core[\\/]index\.js$/.test(importer)
        ? { path: 'zod-compile', namespace: 'compiler', sideEffects: false }
        : undefined,
    );
    onLoad({ filter: /./, namespace: 'compiler' }, () => ({
      contents: compilers.map((name) => `export const ${name} = undefined;`).join('\n'),
    }));
  },
});

/** Whether a source is one that was made up here. */
export const isMadeUp = (source: string): boolean => /^(later|compiler):/.test(source);
