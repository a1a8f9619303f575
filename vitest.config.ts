import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // A single test file runs in a fresh clone, too: what the mail's words are compiled to is made first.
    globalSetup: 'templates/build.ts',
    testTimeout: 30_000,
  },
});
