import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test, vi } from 'vitest';
import { installCore, type Registrations } from '../local/host/core.ts';

test('settings that are wrong fail the app after its first registration, with the whole message', async () => {
  // Before it, the worker would report success, and nobody would learn why there are no functions.
  const core = installCore();
  const registering: Registrations = { functions: [], hooks: [] };
  core.registering = registering;
  vi.stubEnv('BULK_LIMIT', 'many');
  const started = import('../functions/main.ts');
  await expect(started).rejects.toThrow(/SENDER_MAILBOXES: is missing.*BULK_LIMIT: is "many"/s);
  expect(registering.functions.map(({ metadata }) => metadata.name)).toEqual(['pollAuditLog']);
});

test('so does a mute that would hide what must be told', async () => {
  const core = installCore();
  const registering: Registrations = { functions: [], hooks: [] };
  core.registering = registering;
  vi.resetModules();
  for (const [name, value] of Object.entries({
    SENDER_MAILBOXES: 'a@b.cd',
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    GRAPH_BASE_URL: 'http://127.0.0.1:1',
    BULK_LIMIT: '',
    MUTED_ACTIVITIES: 'User registered security info',
  })) {
    vi.stubEnv(name, value);
  }
  await expect(import('../functions/main.ts')).rejects.toThrow(/MUTE_METHOD_CHANGES/);
  expect(registering.functions).toHaveLength(1);
});

test('a process that is told to go before it has made anything says what storage refuses', async () => {
  const asked: string[] = [];
  const storage = createServer(({ method, url }, response) => {
    asked.push(`${method} ${url?.split('?')[0]}`);
    response.writeHead(403, { 'x-ms-error-code': 'AuthorizationPermissionMismatch' }).end();
  }).listen(0, '127.0.0.1');
  await once(storage, 'listening');
  const address = `http://127.0.0.1:${(storage.address() as AddressInfo).port}/devstoreaccount1`;
  const core = installCore();
  const registering: Registrations = { functions: [], hooks: [] };
  core.registering = registering;
  vi.resetModules();
  for (const [name, value] of Object.entries({
    SENDER_MAILBOXES: 'a@b.cd',
    AzureWebJobsStorage: `DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=a2V5;TableEndpoint=${address};QueueEndpoint=${address};`,
    GRAPH_BASE_URL: 'http://127.0.0.1:1',
    BULK_LIMIT: '',
    MUTED_ACTIVITIES: '',
  })) {
    vi.stubEnv(name, value);
  }
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  try {
    await import('../functions/main.ts');
    const hooks = (name: string) => registering.hooks.filter((hook) => hook.name === name);
    for (const { callback } of hooks('appStart')) await callback({ hookData: {}, appHookData: {} });
    expect(asked).toEqual([]);
    for (const { callback } of hooks('appTerminate')) {
      await callback({ hookData: {}, appHookData: {} });
    }
    const events = said.mock.calls.map(([line]) => JSON.parse(String(line)));
    expect(events.map(({ event, resource }) => [event, resource]).sort()).toEqual(
      [
        ['storage.refused', 'securityInfo'],
        ['storage.refused', 'security-info-notifications'],
        ['storage.refused', 'security-info-notifications-poison'],
      ].sort(),
    );
  } finally {
    said.mockRestore();
    storage.close();
  }
});
