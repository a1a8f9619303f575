#!/bin/sh
# @azure/storage-queue 12.32.0, beside @azure/data-tables 13.3.2.
# Expected: a service that is busy (503) is asked again after `retryDelayInMs`, or after its Retry-After, as the
# client for tables of the same storage account does.
# Seen: the queue's client asks again at once, whatever both say: after try n it waits 2^(n-1) - 1 times
# `retryDelayInMs`, which is nothing after the first. Later tries wait, but never for Retry-After.
set -eu
cd "$(mktemp -d)" && npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error @azure/storage-queue@12.32.0 @azure/data-tables@13.3.2
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { AzureNamedKeyCredential, TableClient } from '@azure/data-tables';
import { QueueClient, StorageSharedKeyCredential } from '@azure/storage-queue';

let times = [];
const busy = createServer((request, response) => {
  times.push(Date.now());
  request.resume();
  response.writeHead(503, { 'Retry-After': '4' }).end();
});
await new Promise((resolve) => busy.listen(0, '127.0.0.1', resolve));
const account = `http://127.0.0.1:${busy.address().port}/account`;
const key = Buffer.from('not a real key').toString('base64');

async function pauses(call) {
  times = [];
  await assert.rejects(call, { statusCode: 503 });
  return times.slice(1).map((time, index) => time - times[index]);
}

const queue = new QueueClient(`${account}/queue`, new StorageSharedKeyCredential('account', key), {
  retryOptions: { maxTries: 3, retryDelayInMs: 1500 },
});
const table = new TableClient(account, 'table', new AzureNamedKeyCredential('account', key), {
  allowInsecureConnection: true,
  retryOptions: { maxRetries: 1, retryDelayInMs: 1 },
});
const [first, second] = await pauses(() => queue.sendMessage('hello'));
const [asTold] = await pauses(() => table.getEntity('p', 'r'));
console.log(`queue: again after ${first} ms, then ${second}; table: ${asTold}`);
assert(first < 1000);
assert(second >= 1450 && second < 3500);
assert(asTold >= 3950);
busy.close().closeAllConnections();
JS
node see.mjs
