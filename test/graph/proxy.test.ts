import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../local/graph/simulator.ts';
import { identityHeader, tokenPath } from '../../local/graph/tokenEndpoint.ts';

let simulator: Simulator;
let proxy: Server;
/** What was asked of the proxy: `CONNECT host:port`, or the address of plain http. */
let asked: Set<string>;

beforeEach(async () => {
  asked = new Set();
  simulator = await startSimulator();
  proxy = createServer((request, response) => {
    asked.add(request.url ?? '');
    response.writeHead(502).end();
  });
  proxy.on('connect', (request, socket) => {
    asked.add(`CONNECT ${request.url}`);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  proxy.close().closeAllConnections();
  await simulator.close();
});

/** A process of its own, since Node reads these variables when it starts. */
async function askEverybody(more: Readonly<Record<string, string>>): Promise<void> {
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fixtures/askEverybody.ts')], {
    env: {
      HTTPS_PROXY: address,
      HTTP_PROXY: address,
      GRAPH_BASE_URL: 'https://graph.example',
      AZURE_CLIENT_ID: 'c0a70500-7e4a-4c1d-9b6e-000000000001',
      IDENTITY_ENDPOINT: `${simulator.url}${tokenPath}`,
      IDENTITY_HEADER: identityHeader,
      AzureWebJobsStorage__tableServiceUri: 'https://account.table.core.windows.net',
      AzureWebJobsStorage__queueServiceUri: 'https://account.queue.core.windows.net',
      AzureWebJobsStorage__clientId: 'c0a70500-7e4a-4c1d-9b6e-000000000001',
      SENDER_MAILBOXES: 'security@contoso.example',
      ...more,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  expect(code).toBe(0);
}

const graph = 'CONNECT graph.example:443';
const storage = ['table', 'queue'].map((one) => `CONNECT account.${one}.core.windows.net:443`);

test.each([
  ['storage is reached through it, Graph is not', {}, storage],
  ['both are, where Node is told so', { NODE_USE_ENV_PROXY: '1' }, [graph, ...storage]],
  ['what is excepted is not', { NODE_USE_ENV_PROXY: '1', NO_PROXY: '.core.windows.net' }, [graph]],
])('behind a proxy %s; tokens never, one request for each resource', async (_, more, through) => {
  await askEverybody(more);
  expect([...asked].sort()).toEqual([...through].sort());
  expect(simulator.counts.token).toBe(2);
});

test('an identity endpoint that has TLS is not asked through it either', async () => {
  const answers: string[] = [];
  // Nobody shows a certificate with these ciphers, so that none has to be made.
  const anonymous = { ciphers: 'ADH@SECLEVEL=0', maxVersion: 'TLSv1.2' } as const;
  const endpoint = createSecureServer({ ...anonymous, dhparam: 'auto' }, (request, response) => {
    answers.push(String(request.headers['x-identity-header']));
    const body = { access_token: 'token', expires_on: String(Date.now() / 1000 + 86_400) };
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  try {
    await askEverybody({
      NODE_USE_ENV_PROXY: '1',
      IDENTITY_ENDPOINT: `https://127.0.0.1:${(endpoint.address() as AddressInfo).port}/msi/token`,
      NODE_OPTIONS: '--tls-cipher-list=ADH@SECLEVEL=0 --tls-max-v1.2 --no-warnings',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    });
  } finally {
    endpoint.close().closeAllConnections();
  }
  expect([...asked].sort()).toEqual([graph, ...storage].sort());
  expect(answers).toEqual([identityHeader, identityHeader]);
});
