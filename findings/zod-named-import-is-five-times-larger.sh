#!/bin/sh
# zod 4.6.7, bundled by esbuild 0.28.2 for a function app.
# Expected: `import { z } from 'zod'` and `import * as z from 'zod'` lead to the same bundle.
# Seen: the namespace object `z` that is exported by name keeps everything alive, every locale included:
# more than four times the bytes, which every cold start reads.
set -eu
cd "$(mktemp -d)" && npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error zod@4.6.7 esbuild@0.28.2
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { build } from 'esbuild';
const use = "console.log(z.object({ a: z.string() }).parse({ a: 'b' }))";
const size = async (how) => {
  const stdin = { contents: `import ${how} from 'zod'; ${use}`, resolveDir: '.' };
  const common = { bundle: true, minify: true, write: false, platform: 'node', format: 'esm' };
  const { outputFiles } = await build({ stdin, ...common });
  return outputFiles[0].contents.length;
};
const [named, star] = [await size('{ z }'), await size('* as z')];
console.log({ named, star, times: (named / star).toFixed(1) });
assert.ok(named > 4 * star);
JS
node see.mjs
