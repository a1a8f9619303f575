import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readConfig, settings } from '../../functions/config/config.ts';
import { developmentStorage } from '../../functions/config/storage.ts';
import { openQueue } from '../../functions/ledger/queue.ts';
import { openLedger } from '../../functions/ledger/tableStore.ts';

const { Values } = JSON.parse(
  readFileSync(new URL('../../local.settings.json.example', import.meta.url), 'utf8'),
) as { Values: Record<string, string> };

/** Settings of the runtime and of the identity library. */
const foreign = [
  'FUNCTIONS_WORKER_RUNTIME',
  'AzureWebJobsStorage',
  'AZURE_TENANT_ID',
  'AZURE_CLIENT_ID',
  'AZURE_CLIENT_SECRET',
];

test('the example for Core Tools names settings that there are, and stays on this machine', () => {
  const unknown = Object.keys(Values).filter((name) => !foreign.includes(name));
  expect(Object.keys(settings)).toEqual(expect.arrayContaining(unknown));
  expect(Values['FUNCTIONS_WORKER_RUNTIME']).toBe('node');
  const config = readConfig(Values);
  expect(config.identity).toMatchObject({ kind: 'none' });
  expect(config.storage).toEqual(developmentStorage);
  // The libraries read connection strings in their own ways.
  expect(() => openLedger(config.storage, undefined)).not.toThrow();
  expect(() => openQueue(config.storage, undefined, () => new Date())).not.toThrow();
});

test('of the example, one line is changed to reach a real tenant', () => {
  const real = { ...Values, GRAPH_BASE_URL: 'https://graph.microsoft.com' };
  expect(readConfig(real).identity).toMatchObject({ kind: 'environment' });
});
