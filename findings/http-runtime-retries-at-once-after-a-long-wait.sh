#!/bin/sh
# @typespec/ts-http-runtime 0.3.6, under @azure/core-rest-pipeline 1.24.0 and so under Azure's HTTP clients.
# Expected: a server that asks for a month's patience is left alone, or the call fails.
# Seen: the wait goes as it is into setTimeout, which takes what is above 2^31-1 ms (24.8 days) for 1 ms: the
# longer wait is the shorter one, with a warning of Node's alone. So it is with seconds, with a date, and with
# x-ms-retry-after-ms, which goes before Retry-After: whoever limits the wait has to look at each of them.
set -eu
cd "$(mktemp -d)" && npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error @typespec/ts-http-runtime@0.3.6
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { getClient } from '@typespec/ts-http-runtime';
const arrivals = [];
let asked = {};
const server = createServer((_, response) => {
  const first = arrivals.push(performance.now()) === 1;
  response.writeHead(first ? 503 : 200, first ? asked : {}).end();
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const client = getClient(`http://127.0.0.1:${server.address().port}`, {
  allowInsecureConnection: true,
  retryOptions: { maxRetries: 1 },
});
const month = 30 * 24 * 3600;
const waited = [];
for (asked of [
  { 'Retry-After': '1' },
  { 'Retry-After': '1', 'x-ms-retry-after-ms': '20' },
  { 'Retry-After': `${month}` },
  { 'Retry-After': new Date(Date.now() + month * 1000).toUTCString() },
  { 'Retry-After': '1', 'x-ms-retry-after-ms': `${month * 1000}` },
]) {
  arrivals.length = 0;
  const { status } = await client.path('/').get();
  waited.push(Math.round(arrivals[1] - arrivals[0]));
  console.log(asked, { status, milliseconds: waited.at(-1) });
}
server.close();
assert.deepEqual(waited.map((milliseconds) => milliseconds >= 950), [true, false, false, false, false]);
JS
node see.mjs
