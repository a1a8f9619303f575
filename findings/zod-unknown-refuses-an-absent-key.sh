#!/bin/sh
# zod 4.6.7.
# Expected: a property that may be anything, undefined too, may be absent: in zod 3 it might.
# Seen: z.unknown() and z.any() take undefined where the key is there, and refuse an object without the key;
# the refusal says "expected nonoptional, received undefined". JSON has no undefined, so a property that some
# answers lack fails them all, unless .optional() is added to what already takes everything.
set -eu
cd "$(mktemp -d)" && npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error zod@4.6.7 zod3@npm:zod@3.25.76
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import * as z from 'zod';
import { z as three } from 'zod3/v3';
const takes = (library, schema, value) => library.object({ any: schema }).safeParse(value).success;
const seen = {
  'zod 3, absent': takes(three, three.unknown(), {}),
  'zod 4, absent': takes(z, z.unknown(), {}),
  'zod 4, any, absent': takes(z, z.any(), {}),
  'zod 4, undefined': takes(z, z.unknown(), { any: undefined }),
  'zod 4, optional, absent': takes(z, z.unknown().optional(), {}),
};
console.log(seen);
const { error } = z.object({ any: z.unknown() }).safeParse({});
console.log(error.issues[0].message);
assert.deepEqual(Object.values(seen), [true, false, false, true, true]);
JS
node see.mjs
