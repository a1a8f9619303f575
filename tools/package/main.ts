import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writePackage } from './write.ts';

// Makes what is deployed, and prints what is in it. `npm run package` builds first.
const root = join(import.meta.dirname, '..', '..');
const { folder, zip, files } = await writePackage(root, join(root, 'dist'));

console.table(
  Object.fromEntries(
    [...files].map(([name, bytes]) => [
      name,
      { bytes: bytes.length, gzipped: gzipSync(bytes, { level: 9 }).length },
    ]),
  ),
);
console.log(`${relative(root, folder)}  the folder, for tools that zip it themselves`);
console.log(`${relative(root, zip)}  ${statSync(zip).size} bytes`);
