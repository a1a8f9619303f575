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
