#!/bin/sh
# azurite 3.37.0.
# Expected: with --disableTelemetry nothing of telemetry is loaded, or little.
# Seen: each start loads applicationinsights and OpenTelemetry with all its exporters before it reads the option:
# three of four of the modules that the table service loads, and more than half of the processor time of a start.
# A test suite that starts an emulator for each file pays that each time.
set -eu
cd "$(mktemp -d)" && npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error azurite@3.37.0
cat >count.cjs <<'JS'
const { writeFileSync } = require('node:fs');
setTimeout(() => {
  writeFileSync('loaded.json', JSON.stringify(Object.keys(require.cache)));
  process.exit();
}, 4000);
JS
node -r ./count.cjs node_modules/azurite/dist/src/table/main.js --tablePort 0 --inMemoryPersistence --disableTelemetry --silent
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
const loaded = JSON.parse(readFileSync('loaded.json', 'utf8'));
const telemetry = loaded.filter((file) => /node_modules\/(applicationinsights|@opentelemetry|@azure\/(monitor-)?opentelemetry|@grpc)/.test(file));
console.log({ modules: loaded.length, telemetry: telemetry.length });
assert.ok(loaded.length > 2000 && telemetry.length > loaded.length / 3);
JS
node see.mjs
