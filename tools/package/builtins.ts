import { isBuiltin } from 'node:module';

/** One part of esbuild's own asks for it, on behalf of CommonJS libraries and, for the worker's module, @azure/functions. */
const withRequire = [
  "import { createRequire as requireFrom } from 'node:module';",
  'const require = requireFrom(import.meta.url);',
].join('\n');

const imported = /^import\s+([^;'"]+?)\s+from\s+"([^"]+)";\n/gm;
const bareImport = /^import\s+"([^"]+)";\n/gm;

/**
 * A file that esbuild made, with Node's own modules as the objects that they are. An `import` of one reads each
 * of its properties, and with them what Node puts off until somebody asks: for the sake of `WebSocket`, all of
 * `fetch` with `node:http`.
 */
export function withBuiltins(code: string): string {
  const first: string[] = [];
  const rest = code
    .replace(imported, (statement, names: string, path: string) => {
      if (!isBuiltin(path)) return statement;
      first.push(...bound(names).map((name) => `const ${name} = ${builtin(path)};`));
      return '';
    })
    .replace(bareImport, (statement, path: string) => (isBuiltin(path) ? '' : statement));
  const needsRequire = rest.includes('typeof require');
  return [...(needsRequire ? [withRequire] : []), ...first, rest].join('\n');
}

const builtin = (path: string) => `process.getBuiltinModule(${JSON.stringify(path)})`;

/** `a, * as b` and `{ c, d as e }` as what a declaration binds: `a`, `b`, `{ c, d: e }`. */
function bound(names: string): string[] {
  const [, own, all, some] = /^([\w$]+)?,?\s*(?:\* as ([\w$]+))?\s*(\{.+\})?$/s.exec(names) ?? [];
  const list = some?.replace(/\s+as\s+/g, ': ').replace(/\s+/g, ' ');
  const found = [own, all, list].filter((one) => one !== undefined);
  if (found.length === 0) throw new Error(`An import that can't be read: ${names}`);
  return found;
}
