import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditRow } from '../../fixtures/rows.ts';
import { makePackage, type TestPackage } from './unpacked.ts';

// What the package has in files of its own, for the processes that come to need it.

let made: TestPackage;
beforeAll(async () => {
  made = await makePackage();
});
afterAll(() => made.remove());

/** Runs a program beside the package, by its standard output. `main`, `part` are URLs of its files. */
async function run(program: string, env: Record<string, string> = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', program],
    { env: { PATH: process.env['PATH'], ...env } },
  );
  return stdout;
}

/** The URL of the part that holds a source. */
function partWith(source: string): string {
  const [name = ''] = [...made.parts].find(([, { sources }]) => sources.has(source)) ?? [];
  return pathToFileURL(join(made.folder, name)).href;
}

/** What a part that others import gives out, by the value that is wanted. */
const from = (source: string, test: string) =>
  `Object.values(await import('${partWith(source)}')).find((one) => ${test})`;

test('matches languages that are not there by their name', async () => {
  const found = await run(
    `const best = ${from('functions/languages.ts', "one.name === 'bestLanguage'")};
     console.log(best('de-AT'), best('no'), best('xx'));`,
  );
  expect(found.trim()).toBe('de nb undefined');
});

test('reads rows by generated code from the 400th on, the same', async () => {
  const found = await run(
    `let made = 0;
     globalThis.Function = new Proxy(Function, {
       construct: (target, args) => ((made += 1), Reflect.construct(target, args)),
     });
     const read = ${from('functions/recognise/record.ts', "one.name === 'parseAuditRecord'")};
     const rows = [${JSON.stringify(auditRow())}, { id: '' }];
     const before = JSON.stringify(rows.map(read));
     for (let more = 2; more < 399; more += 1) read(rows[0]);
     const usual = made;
     read(rows[0]);
     for (let waited = 0; made === usual && waited < 500; waited += 1) {
       await new Promise((resolve) => setTimeout(resolve, 20));
     }
     console.log(made > usual, JSON.stringify(rows.map(read)) === before);`,
  );
  expect(found.trim()).toBe('true true');
});

test('asks storage through the proxy that a variable names', async () => {
  const asked: string[] = [];
  const proxy = createServer().on('connect', (request, socket) => {
    asked.push(String(request.url));
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const account = 'AccountName=contoso;AccountKey=a2V5;TableEndpoint=https://contoso.example';
  await run(
    `const open = ${from('functions/ledger/tableStore.ts', "one.name === 'openTable'")};
     const table = open({ connectionString: 'DefaultEndpointsProtocol=https;${account}' }, undefined, {
       retryOptions: { maxRetries: 0 },
     });
     await table.getEntity('state', 'poll').catch(() => {});`,
    { HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` },
  );
  proxy.close();
  expect(asked).toEqual(['contoso.example:443']);
});

test('reads an answer of storage that is XML', async () => {
  const storage = createServer((_, response) => {
    response.writeHead(403, { 'Content-Type': 'application/xml' });
    response.end('<?xml version="1.0"?><Error><Code>AuthorizationFailure</Code></Error>');
  });
  await new Promise<void>((resolve) => storage.listen(0, '127.0.0.1', resolve));
  const at = `http://127.0.0.1:${(storage.address() as AddressInfo).port}/contoso`;
  const found = await run(
    `const open = ${from('functions/ledger/tableStore.ts', "one.name === 'openTable'")};
     const table = open({
       connectionString: 'DefaultEndpointsProtocol=http;AccountName=contoso;AccountKey=a2V5;TableEndpoint=${at}',
     });
     await table.getEntity('state', 'poll').catch((error) => console.log(JSON.stringify(error.response?.parsedBody ?? null)));`,
  );
  storage.close();
  expect(found).toContain('AuthorizationFailure');
});
