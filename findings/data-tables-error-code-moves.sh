#!/bin/sh
# @azure/data-tables 13.3.2, against azurite 3.37.0.
# Expected: RestError.code says why the service refused, whichever call was refused.
# Seen: of a transaction it does ("EntityAlreadyExists"); of a single entity it is undefined for the very
# same refusal, and the code is in details.odataError.code. Code that switches on `code` works in one half.
set -eu
cd "$(mktemp -d)" && npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error @azure/data-tables@13.3.2 azurite@3.37.0
node node_modules/azurite/dist/src/table/main.js --tablePort 39217 --inMemoryPersistence --skipApiVersionCheck --silent --disableTelemetry >/dev/null &
emulator=$!
trap 'kill $emulator' EXIT
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { AzureNamedKeyCredential, TableClient } from '@azure/data-tables';
const name = 'devstoreaccount1';
const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
const options = { allowInsecureConnection: true };
const table = new TableClient(`http://127.0.0.1:39217/${name}`, 'seen', new AzureNamedKeyCredential(name, key), options);
for (let tried = 0; ; tried += 1) {
  try {
    await table.createTable();
    break;
  } catch (error) {
    if (tried > 50) throw error;
    await wait(200);
  }
}
const entity = { partitionKey: 'p', rowKey: 'r' };
await table.createEntity(entity);
const single = await table.createEntity(entity).catch((error) => error);
const many = await table.submitTransaction([['create', entity]]).catch((error) => error);
console.log({
  single: { status: single.statusCode, code: single.code, odata: single.details?.odataError?.code },
  transaction: { status: many.statusCode, code: many.code },
});
assert.equal(single.statusCode, 409);
assert.equal(single.code, undefined);
assert.equal(single.details.odataError.code, 'EntityAlreadyExists');
assert.equal(many.code, 'EntityAlreadyExists');
process.exit();
JS
node see.mjs
