import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openLedger } from '../../functions/ledger/tableStore.ts';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import { type Host, type LogLine, startHost } from '../../local/host/host.ts';
import { monitorEvent } from '../fixtures/azureMonitor.ts';
import { auditRow } from '../fixtures/rows.ts';

let azurite: Azurite;
let host: Host;
const lines: LogLine[] = [];

beforeAll(async () => {
  azurite = await startAzurite();
  vi.stubEnv('AzureWebJobsStorage', azurite.connectionString);
  vi.stubEnv('GRAPH_BASE_URL', 'http://127.0.0.1:9');
  vi.stubEnv('SENDER_MAILBOXES', 'security@contoso.example');
  vi.stubEnv('AUDIT_EVENT_HUB', 'audit-logs');
  vi.stubEnv('AuditEventHub__fullyQualifiedNamespace', 'local.example');
  // The log of this test is a minute old when the app first runs.
  vi.stubEnv('INITIAL_LOOKBACK_MINUTES', '5');
  host = await startHost({
    entries: [join(import.meta.dirname, '..', '..', 'functions', 'receiveAuditEvents.ts')],
    storage: azurite.connectionString,
    hostJson: join(import.meta.dirname, '..', 'local', 'host', 'fixtures', 'host.json'),
    log: (line) => lines.push(line),
    mode: 'manual',
    wait: async () => {},
  });
}, 30_000);
afterAll(async () => {
  await host.stop();
  vi.unstubAllEnvs();
  await azurite.stop();
});

const rows = async () => {
  const ledger = openLedger({ connectionString: azurite.connectionString }, undefined);
  const { notifications } = await ledger.readRange('2020-01-01', '2040-01-01');
  return notifications.map(({ notification }) => notification);
};

const row = () =>
  auditRow({ time: new Date(Date.now() - 60_000).toISOString().replace('Z', '0000Z') });

test('the function records what the host brings in the shape in which Entra sends it', async () => {
  expect(host.functions).toEqual([
    { name: 'receiveAuditEvents', kind: 'eventHub', eventHubName: 'audit-logs' },
  ]);
  const told = row();
  const batch = [
    JSON.stringify(monitorEvent(told)),
    '{"records":[{"category":"SignInLogs"}]}',
    'x',
  ];
  expect(await host.sendEvents('receiveAuditEvents', batch)).toBe(true);
  expect((await rows()).map(({ state, changes }) => [state, changes[0]?.auditId])).toEqual([
    ['pending', told.id],
  ]);
  expect(lines.find(({ event }) => event === 'events.received')).toMatchObject({
    function: 'receiveAuditEvents',
    records: 1,
    notifications: 1,
    unparsable: 1,
    passedOver: 1,
  });

  expect(await host.sendEvents('receiveAuditEvents', batch)).toBe(true);
  expect(await rows()).toHaveLength(1);
});
