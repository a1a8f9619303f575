import type { Plugin } from 'esbuild';

// What keeps a new process from loading what it may never need. What each gains: docs/decisions/one-bundle.md.

/** A class that runs its library's code when the first one is made. */
const madeLater = (name: string, path: string) =>
  `export function ${name}(...given) { return new (require('${path}').${name})(...given); }`;

/**
 * What takes a library's place in the storage SDK. Agents for proxies are made where a variable names one.
 * XML comes in a few errors alone; none is sent to a table, for which `core-client` has an error of its own.
 */
const later: Readonly<Record<string, string>> = {
  'http-proxy-agent': madeLater('HttpProxyAgent', 'http-proxy-agent'),
  'https-proxy-agent': madeLater('HttpsProxyAgent', 'https-proxy-agent'),
  '@azure/core-xml': [
    "export const parseXML = async (...given) => (await import('@azure/core-xml')).parseXML(...given);",
    'export const stringifyXML = undefined;',
  ].join('\n'),
};

/** The clients of queues send XML. */
const sendsXml = (importer: string) => !/@azure[\\/]data-tables[\\/]/.test(importer);

const libraries: Plugin = {
  name: 'libraries',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, ({ path, namespace, resolveDir, importer }) => {
      if (!Object.hasOwn(later, path) || namespace === 'later') return undefined;
      if (path === '@azure/core-xml' && sendsXml(importer)) return undefined;
      return { path, namespace: 'later', pluginData: resolveDir };
    });
    onLoad({ filter: /./, namespace: 'later' }, ({ path, pluginData: resolveDir }) => ({
      contents: later[path] as string,
      resolveDir,
    }));
  },
};

/** Whether a source is one that was made up here. */
export const isMadeUp = (source: string): boolean => source.startsWith('later:');

/** Options of esbuild. */
export const lighter = {
  plugins: [libraries],
  // The storage SDK asks of each body whether it is a form. None is, and to ask loads all of `fetch`.
  define: { FormData: 'undefined' },
};
