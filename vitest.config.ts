import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// Every test file is a process of its own, and many start more: the libraries are compiled for the first one.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules', '.cache', 'node');

export default defineConfig({
  test: {
    // A single test file runs in a fresh clone, too: what the mail's words are compiled to is made first.
    globalSetup: 'templates/build.ts',
    testTimeout: 30_000,
  },
});
