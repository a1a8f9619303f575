#!/bin/sh
# @microsoft/microsoft-graph-client 3.0.7 (the newest).
# Expected: .filter(…) encodes its value for the query string, as a builder of requests does.
# Seen: it is pasted as it is. "&" ends the filter there, "#" ends the URL, "+" is read as a space, so a
# department called "R&D" asks for another one. Each value must be encoded before.
set -eu
cd "$(mktemp -d)" && npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error @microsoft/microsoft-graph-client@3.0.7
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { Client } from '@microsoft/microsoft-graph-client';
let url = '';
globalThis.fetch = async (given) => {
  url = given;
  return new Response('{"value":[]}', { headers: { 'content-type': 'application/json' } });
};
const client = Client.init({ authProvider: (done) => done(null, 'token') });
await client.api('/users').filter("department eq 'R&D'").get();
const received = new URL(url).searchParams.get('$filter');
console.log({ url, received });
assert.equal(received, "department eq 'R");
JS
node see.mjs
