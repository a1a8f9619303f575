#!/bin/sh
# @azure/data-tables 13.3.2.
# Expected: a policy may change a request's body, whatever the credential: the HTTP client counts the body when it sends
# it. With a SAS it is so.
# Seen: under a shared key the policy that signs counts it, and sets the header. "perCall" policies come before that one,
# "perRetry" ones and those of `pipeline.addPolicy` after it: a body that they make longer is longer than it says.
set -eu
cd "$(mktemp -d)" && npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error @azure/data-tables@13.3.2
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { AzureNamedKeyCredential, AzureSASCredential, TableClient } from '@azure/data-tables';
// A server that takes whatever comes, and says how much of a body came and how much was announced.
let seen;
const server = createServer((socket) => {
  let text = '';
  let answered = false;
  socket.on('data', async (data) => {
    text += data.toString('latin1');
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return;
    const announced = Number(/content-length: (\d+)/i.exec(text)?.[1]);
    seen = { announced, came: text.length - end - 4 };
    if (answered || seen.came < announced) return;
    answered = true;
    await wait(200);
    socket.end('HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  });
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${server.address().port}/account`;
const credentials = {
  'shared key': new AzureNamedKeyCredential('account', Buffer.from('any key').toString('base64')),
  SAS: new AzureSASCredential('sv=2019-02-02&sig=any'),
};
for (const [name, credential] of Object.entries(credentials)) {
  for (const position of ['perCall', 'perRetry', 'added']) {
    const policy = {
      name: 'longer',
      async sendRequest(request, next) {
        request.body = request.body.replace('short', 'a longer one');
        return next(request);
      },
    };
    const additionalPolicies = position === 'added' ? [] : [{ policy, position }];
    const options = { allowInsecureConnection: true, additionalPolicies };
    const table = new TableClient(url, 'seen', credential, options);
    if (position === 'added') table.pipeline.addPolicy(policy);
    await table.createEntity({ partitionKey: 'p', rowKey: 'r', value: 'short' });
    console.log(name, position, seen);
    const isLate = name === 'shared key' && position !== 'perCall';
    assert.equal(seen.came - seen.announced, isLate ? 'a longer one'.length - 'short'.length : 0);
  }
}
process.exit();
JS
node see.mjs
