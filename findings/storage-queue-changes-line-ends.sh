#!/bin/sh
# @azure/storage-queue 12.32.0, against azurite 3.37.0.
# Expected: the text of a message comes back as it was sent, as the same client reads it.
# Seen: a carriage return comes back as the five characters "&#xD;": it is written as a reference into the
# XML of the request and not read as one again. Text with Windows line ends must be encoded (base64) before.
set -eu
cd "$(mktemp -d)" && npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error @azure/storage-queue@12.32.0 azurite@3.37.0
node node_modules/azurite/dist/src/queue/main.js --queuePort 39218 --inMemoryPersistence --skipApiVersionCheck --silent --disableTelemetry >/dev/null &
emulator=$!
trap 'kill $emulator' EXIT
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { QueueClient, StorageSharedKeyCredential } from '@azure/storage-queue';
const name = 'devstoreaccount1';
const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
const queue = new QueueClient(`http://127.0.0.1:39218/${name}/seen`, new StorageSharedKeyCredential(name, key), {
  retryOptions: { maxTries: 1 },
});
for (let tried = 0; ; tried += 1) {
  try {
    await queue.create();
    break;
  } catch (error) {
    if (tried > 50) throw error;
    await wait(200);
  }
}
await queue.sendMessage('one\r\ntwo\nthree');
const { receivedMessageItems } = await queue.receiveMessages();
const [{ messageText }] = receivedMessageItems;
console.log(JSON.stringify(messageText));
assert.equal(messageText, 'one&#xD;\ntwo\nthree');
process.exit();
JS
node see.mjs
