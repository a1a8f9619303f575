import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Azurite, startAzurite } from '../../../local/azurite.ts';
import { bundle, entry } from '../../../tools/package/bundle.ts';
import { makePackage, root, type TestPackage } from './unpacked.ts';

let made: TestPackage;
let azurite: Azurite;
let graph: Server;
let runner: string;
beforeAll(async () => {
  made = await makePackage();
  azurite = await startAzurite();
  graph = createServer((_, response) => response.end('{"value":[]}'));
  await new Promise<void>((resolve) => graph.listen(0, '127.0.0.1', resolve));
  runner = mkdtempSync(join(tmpdir(), 'runner-'));
  mkdirSync(join(runner, 'app'));
  writeFileSync(join(runner, 'package.json'), '{"type":"module"}');
  const { parts } = await bundle(root, join('test', 'lab', 'bench', 'firstCall.ts'));
  for (const [name, { code }] of parts) writeFileSync(join(runner, name), code);
});
afterAll(async () => {
  rmSync(runner, { recursive: true });
  graph.close().closeAllConnections();
  await azurite.stop();
  made.remove();
});

/** What of Node's own a process has loaded when it has answered its first call. */
async function loadedFor(call: string, argument: unknown): Promise<string[]> {
  const tell = "process.on('exit', () => console.error(JSON.stringify(process.moduleLoadList)));";
  const { stderr } = await promisify(execFile)(
    process.execPath,
    [
      ...['--import', `data:text/javascript,${encodeURIComponent(tell)}`],
      ...[join(runner, entry), join(made.folder, entry), call, JSON.stringify(argument)],
    ],
    {
      env: {
        AzureWebJobsStorage: azurite.connectionString,
        GRAPH_BASE_URL: `http://127.0.0.1:${(graph.address() as AddressInfo).port}`,
        SENDER_MAILBOXES: 'security@contoso.example',
      },
    },
  );
  return JSON.parse(stderr) as string[];
}

test.each([
  ['a poll', 'pollAuditLog', { schedule: {}, isPastDue: false }],
  ['a sweep', 'sweepLedger', { schedule: {}, isPastDue: false }],
])(
  'the first call, %s, is answered without what Node loads for fetch',
  async (_, call, argument) => {
    const loaded = await loadedFor(call, argument);
    expect(loaded.filter((name) => /undici/.test(name))).toEqual([]);
    // It did speak to both.
    expect(loaded).toContain('NativeModule _http_client');
  },
);
