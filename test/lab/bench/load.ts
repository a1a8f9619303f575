import { statSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { installCore } from '../../../local/host/core.ts';

// A process of its own that loads an app as the worker does: `load.ts <entry> [count]`. Prints how
// long that took or, with `count`, the modules that were read: counting takes time itself.

const [entry = '', mode] = process.argv.slice(2);
const read = new Set<string>();

installCore().registering = { functions: [], hooks: [] };
if (mode === 'count') {
  registerHooks({
    load(url, context, next) {
      if (url.startsWith('file:')) read.add(fileURLToPath(url));
      return next(url, context);
    },
  });
}
const start = performance.now();
await import(pathToFileURL(entry).href);
const milliseconds = performance.now() - start;
const bytes = [...read].reduce((sum, file) => sum + statSync(file).size, 0);
console.log(JSON.stringify({ milliseconds, files: read.size, bytes }));
