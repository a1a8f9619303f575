#!/bin/sh
# @azure/data-tables 13.3.2.
# Expected: the tag `odata` writes each value that a property may have as a literal of its type: it puts strings in
# quotes and dates into datetime'…'. A 64-bit integer ends with L, bytes are X'…' (Table service, "Querying tables
# and entities"); without its L the service takes a number for an Int32, and refuses one that is none.
# Seen: a bigint has no L, though the client itself reads and writes Int64 as bigint; bytes are decimal numbers with
# commas between them; undefined leaves nothing to compare with. No error, and a string that begins the filter
# has no quotes.
set -eu
cd "$(mktemp -d)" && npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error @azure/data-tables@13.3.2
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { odata } from '@azure/data-tables';

const see = (filter, expected) => {
  console.log(filter);
  assert.equal(filter, expected);
};
see(odata`name eq ${"O'Neil"}`, "name eq 'O''Neil'");
see(odata`at gt ${new Date(0)}`, "at gt datetime'1970-01-01T00:00:00.000Z'");
see(odata`bytes gt ${5454161346626n}`, 'bytes gt 5454161346626');
see(odata`hash eq ${new Uint8Array([1, 160, 255])}`, 'hash eq 1,160,255');
see(odata`name eq ${undefined}`, 'name eq ');
see(odata`${'Neil'} eq name`, 'Neil eq name');
JS
node see.mjs
