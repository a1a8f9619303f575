#!/bin/sh
# @azure/data-tables 13.3.2.
# Expected: with `disableTypeConversion`, which is there so that no type is lost, a number comes with the type
# that it has in the table. The service leaves the type of numbers out, and writes a double with a point.
# Seen: every whole number is called Int32, a double (1.0) and one of five thousand million too, which no Int32
# can hold. Written back as it was read, the property changes its type, or asks for what there is not.
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
  if (request.method === 'GET') {
    response.writeHead(200, { 'Content-Type': 'application/json;odata=minimalmetadata' });
    response.end('{"PartitionKey":"p","RowKey":"r","bytes":5000000000.0,"share":1.0,"half":0.5}');
    return;
  }
  sent = JSON.parse(await text(request));
  response.writeHead(204, { etag: 'W/"1"' }).end();
});
await new Promise((resolve) => service.listen(0, '127.0.0.1', resolve));
const account = `http://127.0.0.1:${service.address().port}/account`;
const key = new AzureNamedKeyCredential('account', Buffer.from('not a real key').toString('base64'));
const table = new TableClient(account, 'table', key, { allowInsecureConnection: true });
const entity = await table.getEntity('p', 'r', { disableTypeConversion: true });
console.log(JSON.stringify(entity));
assert.deepEqual(entity.bytes, { value: '5000000000', type: 'Int32' });
assert.deepEqual(entity.share, { value: '1', type: 'Int32' });
assert.deepEqual(entity.half, { value: '0.5', type: 'Double' });
await table.updateEntity(entity, 'Replace');
assert.equal(sent['bytes@odata.type'], 'Edm.Int32');
assert.equal(sent.bytes, '5000000000');
service.close().closeAllConnections();
JS
node see.mjs
