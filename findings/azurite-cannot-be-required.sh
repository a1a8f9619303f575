#!/bin/sh
# azurite 3.37.0, as a library in a test.
# Expected: `require('azurite')` gives the emulator, since package.json names a main file.
# Seen: that file is the extension of an editor, and asks for the module "vscode", which exists in no other
# process. Only the program, or files deep inside, can be used.
set -eu
cd "$(mktemp -d)" && npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error azurite@3.37.0
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const { main } = require('azurite/package.json');
assert.throws(() => require('azurite'), (error) => {
  console.log({ main, code: error.code, message: error.message.split('\n')[0] });
  return error.code === 'MODULE_NOT_FOUND' && error.message.includes("'vscode'");
});
JS
node see.mjs
