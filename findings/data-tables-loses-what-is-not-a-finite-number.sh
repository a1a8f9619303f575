#!/bin/sh
# @azure/data-tables 13.3.2.
# Expected: a number that JSON cannot hold (NaN, Infinity), which a table can (as Edm.Double), is stored, or refused.
# Seen: it is written as null, without a type and without an error, and a table keeps no property that is null:
# the property is gone. Written as { type: 'Double', value: 'NaN' } it goes over the wire as it should.
set -eu
cd "$(mktemp -d)" && npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error @azure/data-tables@13.3.2
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { AzureNamedKeyCredential, TableClient } from '@azure/data-tables';

let sent;
const service = createServer(async (request, response) => {
  sent = JSON.parse(await text(request));
  response.writeHead(204, { etag: 'W/"1"' }).end();
});
await new Promise((resolve) => service.listen(0, '127.0.0.1', resolve));
const account = `http://127.0.0.1:${service.address().port}/account`;
const key = new AzureNamedKeyCredential('account', Buffer.from('not a real key').toString('base64'));
const table = new TableClient(account, 'table', key, { allowInsecureConnection: true });
await table.createEntity({
  partitionKey: 'p',
  rowKey: 'r',
  ratio: 0 / 0,
  longest: Math.max(...[]),
  typed: { type: 'Double', value: 'NaN' },
});
console.log(JSON.stringify(sent));
assert.deepEqual(sent, {
  PartitionKey: 'p',
  RowKey: 'r',
  ratio: null,
  longest: null,
  typed: 'NaN',
  'typed@odata.type': 'Edm.Double',
});
service.close().closeAllConnections();
JS
node see.mjs
