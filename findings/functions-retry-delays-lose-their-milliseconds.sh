#!/bin/sh
# @azure/functions 4.16.5.
# Expected: a retry waits as long as its options say: they take a number of milliseconds, or a `Duration`, which has
# `milliseconds` too.
# Seen: the library hands on whole seconds, rounded. A delay of 400 ms is none at all, 1,499 ms are one second and 1,500
# are two; a backoff that should grow from 300 ms begins with no pause. No error, no warning.
set -eu
cd "$(mktemp -d)" && npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error @azure/functions@4.16.5
# What the worker gives the library under this name: here it only keeps what is registered.
mkdir -p node_modules/@azure/functions-core
cat >node_modules/@azure/functions-core/index.js <<'JS'
exports.registered = [];
exports.registerFunction = (metadata) => exports.registered.push(metadata);
exports.registerHook = () => {};
exports.setProgrammingModel = () => {};
JS
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import core from '@azure/functions-core';
import { app } from '@azure/functions';

const timer = (name, retry) =>
  app.timer(name, { schedule: '0 * * * * *', retry: { maxRetryCount: 3, ...retry }, handler() {} });
const fixed = (delayInterval) => ({ strategy: 'fixedDelay', delayInterval });
timer('number400', fixed(400));
timer('number1499', fixed(1_499));
timer('number1500', fixed(1_500));
timer('object', fixed({ seconds: 2, milliseconds: 499 }));
timer('backoff', {
  strategy: 'exponentialBackoff',
  minimumInterval: { milliseconds: 300 },
  maximumInterval: { seconds: 20 },
});
const seen = core.registered.map(({ name, retryOptions }) => {
  const { delayInterval, minimumInterval, maximumInterval } = retryOptions;
  return [name, delayInterval ?? minimumInterval, maximumInterval];
});
for (const one of seen) console.log(JSON.stringify(one));
assert.deepEqual(seen, [
  ['number400', { seconds: 0 }, undefined],
  ['number1499', { seconds: 1 }, undefined],
  ['number1500', { seconds: 2 }, undefined],
  ['object', { seconds: 2 }, undefined],
  ['backoff', { seconds: 0 }, { seconds: 20 }],
]);
JS
node see.mjs
