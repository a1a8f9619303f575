#!/bin/sh
# esbuild 0.28.2 with `splitting`, @typespec/ts-http-runtime 0.3.6 ("sideEffects": false).
# Expected, as docs/architecture.md of esbuild says: no entry point loads code that it never uses. One that
# takes only createHttpHeaders of the package loads as much whether another part takes getClient or not.
# Seen: once the other part is there, be it an entry point or loaded by import(), the first loads getClient as
# well, with all it needs: a file goes to each part that imports the index which re-exports it. Twice the bytes.
# Without splitting, or with an import that goes past the index, the first part stays as small as it was.
set -eu
cd "$(mktemp -d)" && npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error esbuild@0.28.2 @typespec/ts-http-runtime@0.3.6
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { build } from 'esbuild';
const index = '@typespec/ts-http-runtime';
const file = './node_modules/@typespec/ts-http-runtime/dist/esm/httpHeaders.js';
const uses = (from) => `import { createHttpHeaders } from '${from}'; console.log(createHttpHeaders({ a: 'b' }));`;
const later = "export const later = () => import('./two.mjs');";
writeFileSync('two.mjs', `export { getClient } from '${index}';`);
/** Bytes that the first part loads before it runs, and whether getClient is among them. */
const loaded = async (one, { splitting = true, entryPoints = ['one.mjs'] } = {}) => {
  writeFileSync('one.mjs', one);
  const common = { bundle: true, minify: true, write: false, metafile: true, platform: 'node', format: 'esm' };
  const { metafile } = await build({ ...common, splitting, entryPoints, outdir: 'out' });
  const parts = new Set(['out/one.js']);
  for (const part of parts)
    for (const { kind, path, external } of metafile.outputs[part].imports)
      if (kind === 'import-statement' && !external) parts.add(path);
  const outputs = [...parts].map((part) => metafile.outputs[part]);
  return {
    bytes: outputs.reduce((sum, { bytes }) => sum + bytes, 0),
    getClient: outputs.some(({ inputs }) => Object.keys(inputs).some((name) => name.endsWith('/getClient.js'))),
  };
};
const both = ['one.mjs', 'two.mjs'];
const seen = {
  'alone': await loaded(uses(index)),
  'beside the other, not split': await loaded(uses(index), { splitting: false, entryPoints: both }),
  'beside the other, split': await loaded(uses(index), { entryPoints: both }),
  'the other by import(), split': await loaded(uses(index) + later),
  'the same, past the index': await loaded(uses(file) + later),
};
console.table(seen);
const [alone, unsplit, beside, dynamic, past] = Object.values(seen);
assert.deepEqual(unsplit, alone);
assert.deepEqual([alone, beside, dynamic, past].map((one) => one.getClient), [false, true, true, false]);
assert.ok(beside.bytes > 2 * alone.bytes && dynamic.bytes > 2 * alone.bytes && past.bytes < alone.bytes / 10);
JS
node see.mjs
