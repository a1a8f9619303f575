import { expect, test, vi } from 'vitest';
import { installCore, type Registrations } from '../local/host/core.ts';

test('a part that could not be loaded is loaded by the next message', async () => {
  const core = installCore();
  const registering: Registrations = { functions: [], hooks: [] };
  core.registering = registering;
  for (const [name, value] of Object.entries({
    SENDER_MAILBOXES: 'a@b.cd',
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    GRAPH_BASE_URL: 'http://127.0.0.1:1',
  })) {
    vi.stubEnv(name, value);
  }
  const sent: unknown[] = [];
  let loads = 0;
  vi.doMock('../functions/runs/send.ts', () => {
    loads += 1;
    if (loads === 1) throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
    return { send: async (row: unknown) => sent.push(row), farewell: async () => {} };
  });
  await import('../functions/sendNotification.ts');
  const { callback } = registering.functions.find(
    ({ metadata }) => metadata.name === 'sendNotification',
  ) as { callback: (message: unknown, context: unknown) => Promise<void> };
  const row = { day: '2026-11-24', key: '2026-11-24T09:00:00.0000000Z~n~0000000000000000' };
  const call = () => callback(row, { error: () => {} });
  await expect(call()).rejects.toThrow();
  await call();
  expect(sent).toEqual([row]);
});
