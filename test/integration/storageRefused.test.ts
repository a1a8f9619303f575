import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checkStorage } from '../../cli/doctor/storageChecks.ts';
import { operatorCredential } from '../../cli/operator.ts';
import { type Environment, readConfig } from '../../functions/config/config.ts';
import { poisonQueueName, queueName } from '../../functions/ledger/message.ts';
import { prepareStorage } from '../../functions/ledger/prepareStorage.ts';
import { loudly } from '../../functions/log.ts';
import { openRooms } from '../../functions/rooms.ts';
import { storageRefusal } from '../../functions/storageRefusal.ts';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import { type Passage, Tap } from '../lab/faults/tap.ts';

let azurite: Azurite;
let taps: Record<'Table' | 'Queue' | 'Blob', Tap>;
let settings: Environment;
const events: unknown[][] = [];

beforeAll(async () => {
  azurite = await startAzurite();
  taps = {
    Table: await Tap.open(azurite.tablePort),
    Queue: await Tap.open(azurite.queuePort),
    Blob: await Tap.open(azurite.blobPort),
  };
  let connection = azurite.connectionString;
  for (const [service, { url }] of Object.entries(taps)) {
    connection = connection.replace(new RegExp(`(${service}Endpoint=)http://[^/]+`), `$1${url}`);
  }
  settings = {
    AzureWebJobsStorage: connection,
    GRAPH_BASE_URL: 'http://127.0.0.1:1',
    SENDER_MAILBOXES: 'security@contoso.example',
  };
});
afterAll(async () => {
  for (const tap of Object.values(taps)) await tap.close();
  await azurite.stop();
});
beforeEach(() => {
  events.length = 0;
});
afterEach(() => {
  for (const tap of Object.values(taps)) tap.rule = () => 'pass';
});

const code = 'AuthorizationPermissionMismatch';
const denied = { status: 403, headers: { 'x-ms-error-code': code } };
const to =
  (...parts: readonly string[]) =>
  ({ path }: Passage) =>
    parts.some((part) => new RegExp(`/${part}([/?(]|$)`).test(path)) ? denied : 'pass';

const everything = [
  [
    'Table',
    'table',
    'Storage Table Data Contributor',
    'securityInfo',
    to('Tables', 'securityInfo'),
  ],
  ['Queue', 'queue', 'Storage Queue Data Contributor', queueName, to(queueName)],
  ['Queue', 'poison queue', 'Storage Queue Data Contributor', poisonQueueName, to(poisonQueueName)],
  ['Blob', 'blobs', 'Storage Blob Data Owner', 'azure-webjobs-hosts', to('azure-webjobs-hosts')],
] as const;

describe('before the first start, the doctor finds what is refused, with the role for it:', () => {
  test('nothing, where all is well', async () => {
    const findings = await checkStorage(readConfig(settings), operatorCredential());
    expect(findings.map(({ check, verdict }) => [check, verdict])).toEqual(
      everything.map(([, check]) => [check, 'well']),
    );
  });

  test.each(everything)('%s: %s', async (service, check, role, _, rule) => {
    taps[service].rule = rule;
    const findings = await checkStorage(readConfig(settings), operatorCredential());
    const bad = findings.filter(({ verdict }) => verdict !== 'well');
    expect(bad.map((one) => one.check)).toEqual([check]);
    expect(bad[0]?.says).toContain('access is denied');
    expect(bad[0]?.fix).toContain(role);
  });
});

describe('when a process starts, it says what is refused, before its host ends:', () => {
  test.each(everything.slice(0, 3))('%s: %s', async (service, _, role, resource, rule) => {
    taps[service].rule = rule;
    await prepareStorage(readConfig(settings).storage, undefined, (...event) => events.push(event));
    expect(events).toEqual([
      ['error', 'storage.refused', { service: service.toLowerCase(), resource, role }],
    ]);
  });

  test('and makes both queues, for the host only listens', async () => {
    await prepareStorage(readConfig(settings).storage, undefined, (...event) => events.push(event));
    expect(events).toEqual([]);
  });
});

test('a run that storage refuses says which role on which resource', async () => {
  taps.Table.rule = to('Tables', 'securityInfo');
  const { ledger } = openRooms(settings);
  const work = () => ledger.readState();
  await expect(loudly('poll', (...event) => events.push(event), work)).rejects.toThrow();
  expect(events[0]).toEqual([
    'error',
    'poll.failed',
    expect.objectContaining({ status: 403, role: 'Storage Table Data Contributor' }),
  ]);
});

test.each([
  [
    'https://a.table.core.windows.net/securityInfo(PartitionKey=%27x%27)?$x',
    'table',
    'securityInfo',
  ],
  ['https://a.queue.core.windows.net/security-info-notifications/messages', 'queue', queueName],
  ['https://a.queue.core.chinacloudapi.cn/q', 'queue', 'q'],
])('a refusal is read off its address: %s', (url, service, resource) => {
  expect(storageRefusal({ statusCode: 403, request: { url } })).toMatchObject({
    service,
    resource,
  });
  expect(storageRefusal({ statusCode: 404, request: { url } })).toBeUndefined();
  expect(storageRefusal(new Error('no'))).toBeUndefined();
});
