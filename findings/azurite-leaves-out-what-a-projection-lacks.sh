#!/bin/sh
# azurite 3.37.0, @azure/data-tables 13.3.2.
# Expected: the emulator answers a query that selects properties as Azure does: a row that lacks one has it as null
# (https://github.com/Azure/Azurite/issues/2535 has both answers).
# Seen: Azurite leaves it out, and the SDK takes a null for a value. So `row.state === undefined` is true of a row
# without a state against the emulator, and false against Azure: all tests pass, and the code does the opposite there.
set -eu
cd "$(mktemp -d)" && npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error azurite@3.37.0 @azure/data-tables@13.3.2 @azure/core-rest-pipeline@1.24.0
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHttpHeaders } from '@azure/core-rest-pipeline';
import { AzureNamedKeyCredential, TableClient } from '@azure/data-tables';
const [name, key, port] = ['stcontoso', Buffer.from('a key of this test').toString('base64'), 21_402];
const args = ['node_modules/azurite/dist/src/table/main.js', '--inMemoryPersistence', '--silent', '--skipApiVersionCheck'];
const emulator = spawn('node', [...args, '--tablePort', `${port}`], { env: { ...process.env, AZURITE_ACCOUNTS: `${name}:${key}` } });
const open = (options) =>
  new TableClient(`http://127.0.0.1:${port}/${name}`, 'rows', new AzureNamedKeyCredential(name, key), { allowInsecureConnection: true, ...options });
const first = async (client) => {
  const queryOptions = { select: ['rowKey', 'state'] };
  for await (const row of client.listEntities({ queryOptions })) return { hasState: 'state' in row, state: row.state };
};
try {
  const client = open({});
  for (let tries = 50; ; tries -= 1) {
    const error = await client.createTable().then(() => undefined, (failure) => failure);
    if (!error) break;
    if (tries === 0) throw error;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await client.createEntity({ partitionKey: 'a', rowKey: '1' });
  const emulated = await first(client);
  // Azure's answer to the same.
  const answer = JSON.stringify({ value: [{ 'odata.etag': 'W/"1"', RowKey: '1', state: null }] });
  const httpClient = {
    sendRequest: async (request) => ({ request, status: 200, headers: createHttpHeaders({ 'content-type': 'application/json;odata=minimalmetadata' }), bodyAsText: answer }),
  };
  const real = await first(open({ httpClient }));
  console.log({ emulated, real });
  assert.deepEqual(emulated, { hasState: false, state: undefined });
  assert.deepEqual(real, { hasState: true, state: null });
} finally {
  emulator.kill();
}
JS
node see.mjs
