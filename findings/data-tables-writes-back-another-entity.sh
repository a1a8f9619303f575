#!/bin/sh
# @azure/data-tables 13.3.2.
# Expected: an entity that was read, and is replaced by itself, is what it was: each property comes with its type.
# Seen: two change, without an error. A time has seven digits behind the point in a table, and a Date has three: the
# others are gone. A double of INF is read as a string, and goes back as one.
set -eu
cd "$(mktemp -d)" && npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error @azure/data-tables@13.3.2
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { AzureNamedKeyCredential, TableClient } from '@azure/data-tables';

// As the service answers with the metadata that the client asks for.
const stored = `{"odata.etag":"W/\\"1\\"","PartitionKey":"p","RowKey":"r","Timestamp":"2026-11-29T10:00:00.1234567Z",
  "at@odata.type":"Edm.DateTime","at":"2026-11-29T10:00:00.1234567Z",
  "most@odata.type":"Edm.Double","most":"INF",
  "id@odata.type":"Edm.Guid","id":"00000003-0000-0000-c000-000000000000"}`;
let written;
const service = createServer(async (request, response) => {
  const body = await text(request);
  if (request.method === 'GET') {
    response.setHeader('Content-Type', 'application/json;odata=minimalmetadata');
    response.end(stored);
    return;
  }
  written = body;
  response.writeHead(204, { ETag: 'W/"2"' }).end();
});
await once(service.listen(0, '127.0.0.1'), 'listening');
const at = `http://127.0.0.1:${service.address().port}/account`;
const key = new AzureNamedKeyCredential('account', 'a2V5');
const table = new TableClient(at, 'rows', key, { allowInsecureConnection: true });
await table.updateEntity(await table.getEntity('p', 'r'), 'Replace');
service.close();

console.log(written);
const sent = JSON.parse(written);
assert.deepEqual([sent.id, sent['id@odata.type']], ['00000003-0000-0000-c000-000000000000', 'Edm.Guid']);
assert.deepEqual([sent.at, sent['at@odata.type']], ['2026-11-29T10:00:00.123Z', 'Edm.DateTime']);
assert.deepEqual([sent.most, sent['most@odata.type']], ['INF', undefined]);
JS
node see.mjs
