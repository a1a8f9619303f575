#!/bin/sh
# @microsoft/microsoft-graph-client 3.0.7 (the newest), with the middleware that Client.init gives.
# Expected: a POST that was answered 504 is not repeated unasked, since it may have been carried out.
# Seen: it is sent four times, and each repetition carries a longer SdkVersion header. For sendMail this
# can be four mails.
set -eu
cd "$(mktemp -d)" && npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error @microsoft/microsoft-graph-client@3.0.7
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { Client } from '@microsoft/microsoft-graph-client';
const requests = [];
globalThis.fetch = async (url, { method, headers }) => {
  requests.push({ method, sdk: headers.SdkVersion });
  const retry = { 'content-type': 'application/json', 'retry-after': '1' };
  return new Response('{"error":{"code":"UnknownError"}}', { status: 504, headers: retry });
};
const client = Client.init({ authProvider: (done) => done(null, 'token') });
const message = { subject: 'once', toRecipients: [] };
await assert.rejects(client.api('/users/a@contoso.example/sendMail').post({ message }));
console.log(requests);
assert.deepEqual(requests.map(({ method }) => method), ['POST', 'POST', 'POST', 'POST']);
assert.ok(requests.at(-1).sdk.length > requests[0].sdk.length);
JS
node see.mjs
