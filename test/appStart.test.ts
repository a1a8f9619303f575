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
