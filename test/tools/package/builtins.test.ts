import { expect, test } from 'vitest';
import { withBuiltins } from '../../../tools/package/builtins.ts';

test.each([
  [
    'a default',
    'import http from "node:http";',
    'const http = process.getBuiltinModule("node:http");',
  ],
  ['all of it', 'import * as os from "os";', 'const os = process.getBuiltinModule("os");'],
  [
    'some of it',
    'import {\n  createHash,\n  randomUUID as uuid\n} from "node:crypto";',
    'const { createHash, randomUUID: uuid } = process.getBuiltinModule("node:crypto");',
  ],
  [
    'a default and some',
    'import fs, { readFileSync } from "node:fs";',
    'const fs = process.getBuiltinModule("node:fs");\nconst { readFileSync } = process.getBuiltinModule("node:fs");',
  ],
])("of Node's own modules, %s is taken as it is, first of all", (_, given, made) => {
  expect(withBuiltins(`var before = 1;\n${given}\n`)).toBe(`${made}\nvar before = 1;\n`);
});

test.each(['import "node:net";\n', 'import"./part-X.js";\nimport "node:net";\n'])(
  'what is only run is there already',
  (given) => {
    expect(withBuiltins(given)).not.toContain('node:net');
  },
);

test('other modules, and texts, are left alone', () => {
  const code = 'import {\n  a\n} from "./part-X.js";\nvar text = `from "node:http";`;\n';
  expect(withBuiltins(code)).toBe(code);
});

test('require is there where esbuild asks for it', () => {
  expect(withBuiltins('typeof require !== "undefined";')).toMatch(/^import \{ createRequire/);
});
