#!/bin/sh
# Node 24.21.0.
# Expected: `import http from 'node:http'` costs what `require('node:http')` does: it is the same module.
# Seen: the import makes a facade with every export by name, and so calls the lazy getters of WebSocket,
# CloseEvent and MessageEvent, which load undici, the whole of fetch, before anybody asks for it: some 7 MB and
# a tenth of a second of a small machine. process.getBuiltinModule and require load nothing of it.
set -eu
cd "$(mktemp -d)" && npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error node@24.21.0
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
const tell = 'console.log(process.moduleLoadList.some((name) => name.includes("deps/undici/undici")))';
const loads = (code) =>
  execFileSync('node_modules/.bin/node', ['--input-type=module', '-e', `${code}; ${tell}`], { encoding: 'utf8' }).trim();
const seen = {
  'nothing': loads(''),
  "import 'node:http'": loads("import 'node:http'"),
  "import 'node:https'": loads("import 'node:https'"),
  "process.getBuiltinModule('node:http')": loads("process.getBuiltinModule('node:http')"),
};
console.log(seen);
assert.deepEqual(Object.values(seen), ['false', 'true', 'false', 'false']);
JS
node see.mjs
