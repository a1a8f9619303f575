#!/bin/sh
# @azure/data-tables 13.3.2.
# Expected: submitTransaction writes its entities as text, and sends one request.
# Seen: it makes a TableClient with a pipeline of its own, and sends each entity through it as a request that
# is caught as text: a hundred entities open a hundred spans and pass a hundred times through its policies,
# beside the one request that leaves. That is more work than anything else a batch takes of the client.
set -eu
cd "$(mktemp -d)" && npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error @azure/data-tables@13.3.2 @azure/core-tracing@1.3.1
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { useInstrumenter } from '@azure/core-tracing';
import { TableClient } from '@azure/data-tables';
const spans = [];
const span = { end() {}, setStatus() {}, setAttribute() {}, recordException() {}, isRecording: () => false };
const context = { getValue() {}, setValue: () => context, deleteValue: () => context };
useInstrumenter({
  startSpan: (name) => {
    spans.push(name);
    return { span, tracingContext: context };
  },
  withContext: (_, work, ...given) => work(...given),
  parseTraceparentHeader: () => undefined,
  createRequestHeaders: () => ({}),
});
const sent = [];
const httpClient = {
  sendRequest: async (request) => {
    sent.push(request.url);
    throw Object.assign(new Error('nobody is there'), { name: 'RestError', statusCode: 400 });
  },
};
const client = new TableClient('https://stcontoso.example', 'rows', {
  httpClient,
  retryOptions: { maxRetries: 0 },
});
const rows = Array.from({ length: 100 }, (_, row) => ['create', { partitionKey: 'a', rowKey: `${row}` }]);
await client.submitTransaction(rows).catch((error) => console.log(error.message));
const seen = Object.fromEntries([...new Set(spans)].map((name) => [name, spans.filter((one) => one === name).length]));
console.log({ requests: sent.length, seen });
assert.equal(sent.length, 1);
assert.ok(spans.filter((name) => /createEntity/.test(name)).length >= 100);
JS
node see.mjs
