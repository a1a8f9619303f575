#!/bin/sh
# @azure/identity 4.14.1.
# Expected: `getToken(scopes, { abortSignal })` ends when the signal says so: `GetTokenOptions` calls it the signal by which
# requests are aborted, and callers bound their waiting by it.
# Seen: `ManagedIdentityCredential`, where App Service and Functions give the address of the endpoint (IDENTITY_ENDPOINT),
# does not hear it. With a signal that fires after 300 ms the token comes after 2 s, when the endpoint answers; with
# one that had fired before, it asks all the same.
set -eu
cd "$(mktemp -d)" && npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error @azure/identity@4.14.1
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { ManagedIdentityCredential } from '@azure/identity';

let asked = 0;
const endpoint = createServer((request, response) => {
  asked += 1;
  const resource = new URL(request.url, 'http://localhost').searchParams.get('resource');
  const expires_on = String(Math.floor(Date.now() / 1000) + 86_400);
  const token = { access_token: `token${asked}`, expires_on, resource, token_type: 'Bearer' };
  setTimeout(() => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(token));
  }, 2_000);
});
await once(endpoint.listen(0, '127.0.0.1'), 'listening');
process.env.IDENTITY_ENDPOINT = `http://127.0.0.1:${endpoint.address().port}/msi/token`;
process.env.IDENTITY_HEADER = 'given by the platform';

const ask = async (scope, abortSignal) => {
  const began = performance.now();
  const { token } = await new ManagedIdentityCredential().getToken(scope, { abortSignal });
  return { token, waitedForAnswer: performance.now() - began >= 1_900 };
};
const late = await ask('https://graph.example/.default', AbortSignal.timeout(300));
const before = await ask('https://other.example/.default', AbortSignal.abort());
console.log({ late, before, asked });
assert.deepEqual(late, { token: 'token1', waitedForAnswer: true });
assert.deepEqual(before, { token: 'token2', waitedForAnswer: true });
assert.equal(asked, 2);
endpoint.close();
JS
node see.mjs
