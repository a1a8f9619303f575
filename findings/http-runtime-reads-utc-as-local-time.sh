#!/bin/sh
# @typespec/ts-http-runtime 0.3.6, under @azure/core-rest-pipeline 1.24.0 and so under Azure's HTTP clients.
# Expected: each of the three forms of date that a recipient must accept in Retry-After (RFC 9110, 5.6.7) is UTC,
# and what is no date is passed over, as "soon" is: then the client's own delay counts.
# Seen: Date.parse decides. The form without a zone ("Sun Nov  6 08:49:37 1994") is read as local time, in Tokyo
# nine hours ago, and asked again at once; and "soon 5" is the first of May 2001, at once as well.
set -eu
cd "$(mktemp -d)" && npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error @typespec/ts-http-runtime@0.3.6
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { getClient } from '@typespec/ts-http-runtime';
const arrivals = [];
let asked = '';
const server = createServer((_, response) => {
  const first = arrivals.push(performance.now()) === 1;
  response.writeHead(first ? 503 : 200, first ? { 'Retry-After': asked } : {}).end();
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const client = getClient(`http://127.0.0.1:${server.address().port}`, {
  allowInsecureConnection: true,
  retryOptions: { maxRetries: 1, retryDelayInMs: 4000 },
});
const soon = () => new Date(Date.now() + 3000).toUTCString();
const forms = {
  'with GMT': soon,
  'asctime': () => {
    const [weekday, day, month, year, time] = soon().split(/,? /);
    return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`;
  },
  'soon': () => 'soon',
  'soon 5': () => 'soon 5',
};
const waited = {};
for (const [form, said] of Object.entries(forms)) {
  arrivals.length = 0;
  asked = said();
  await client.path('/').get();
  waited[form] = Math.round(arrivals[1] - arrivals[0]);
  console.log({ 'Retry-After': asked, milliseconds: waited[form] });
}
server.close();
const atOnce = Object.values(waited).map((milliseconds) => milliseconds < 1000);
assert.deepEqual(atOnce, [false, process.env.TZ === 'Asia/Tokyo', false, true]);
JS
for zone in UTC Asia/Tokyo; do
  echo "$zone" && TZ=$zone node see.mjs
done
