import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connectGraph } from '../../functions/graph/client.ts';
import { Ledger } from '../../functions/ledger/ledger.ts';
import type { PermissionReport } from '../../functions/permissions/examine.ts';
import { permissionWatch } from '../../functions/permissions/watch.ts';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import { notifierAppId } from '../../local/graph/grants.ts';
import { type Simulator, startSimulator } from '../../local/graph/simulator.ts';
import { freshStore } from '../fixtures/freshTable.ts';

let azurite: Azurite;
let simulator: Simulator;
let memory: Ledger;
let time: number;
let events: [string, string, object | undefined][];

beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());
beforeEach(async () => {
  simulator = await startSimulator({ now: () => new Date(time) });
  memory = new Ledger(freshStore(azurite));
  time = Date.parse('2026-11-24T09:00:00Z');
  events = [];
});
afterEach(() => simulator.close());

/** A process of the app. */
function start() {
  const now = () => new Date(time);
  const graph = connectGraph({ origin: new URL(simulator.url), now, wait: async () => {} });
  const senders = ['security@contoso.example'];
  const check = permissionWatch({
    graph,
    senders,
    clientId: notifierAppId,
    extra: [],
    memory,
    now,
  });
  return async () => {
    events = [];
    await check((level, event, fields) => events.push([level, event, fields]));
    time += 10 * 60_000;
    return events;
  };
}

const requests = () => simulator.counts.total;

test('looks once a day, however many processes there are', async () => {
  const sweep = start();
  expect(await sweep()).toEqual([['info', 'permissions.checked', { mended: false }]]);
  const asked = requests();
  expect(await sweep()).toEqual([]);
  expect(await start()()).toEqual([]);
  expect(requests()).toBe(asked);
  time += 24 * 3_600_000;
  expect(await sweep()).toHaveLength(1);
});

test('says a drift at once, again each day, and looks until it is mended', async () => {
  const sweep = start();
  await sweep();
  simulator.faults.set('sendMail', { kind: 'tenantWide' });
  time += 24 * 3_600_000;
  const drift = ['error', 'permissions.drift', expect.objectContaining({ broader: 'Mail.Send' })];
  expect(await sweep()).toEqual([drift]);
  expect(await sweep()).toEqual([]);
  expect(await start()()).toEqual([]);
  simulator.faults.set('audit', { kind: 'consentMissing' });
  const more = { missing: 'AuditLog.Read.All', broader: 'Mail.Send', othersOpen: true };
  expect(await sweep()).toEqual([['error', 'permissions.drift', expect.objectContaining(more)]]);
  time += 24 * 3_600_000;
  expect(await sweep()).toHaveLength(1);
  simulator.faults.clear();
  expect(await sweep()).toEqual([['info', 'permissions.checked', { mended: true }]]);
  const asked = requests();
  expect(await sweep()).toEqual([]);
  expect(requests()).toBe(asked);
});

test('says that it is mended, though the day is another', async () => {
  simulator.faults.set('sendMail', { kind: 'consentMissing' });
  await start()();
  time += 24 * 3_600_000;
  simulator.faults.clear();
  expect(await start()()).toEqual([['info', 'permissions.checked', { mended: true }]]);
});

test('says once that an optional permission was lost', async () => {
  await start()();
  simulator.faults.set('methods', { kind: 'consentMissing' });
  time += 24 * 3_600_000;
  const lost = 'UserAuthMethod-Passkey.Read.All, UserAuthenticationMethod.Read.All';
  expect(await start()()).toEqual([
    ['error', 'permissions.drift', expect.objectContaining({ lost, missing: '', broader: '' })],
  ]);
  time += 24 * 3_600_000;
  expect(await start()()).toEqual([['info', 'permissions.checked', { mended: false }]]);
});

test('says at once that one was lost, though something else is wrong already', async () => {
  const sweep = start();
  await sweep();
  simulator.faults.set('audit', { kind: 'consentMissing' });
  time += 24 * 3_600_000;
  expect(await sweep()).toHaveLength(1);
  simulator.faults.set('methods', { kind: 'consentMissing' });
  const lost = 'UserAuthMethod-Passkey.Read.All, UserAuthenticationMethod.Read.All';
  expect(await sweep()).toEqual([
    ['error', 'permissions.drift', expect.objectContaining({ lost })],
  ]);
  expect(await sweep()).toEqual([]);
});

test('does not take one for lost that an earlier version knew nothing of', async () => {
  await start()();
  const kept = await memory.readPermissions();
  const report = kept?.report as PermissionReport;
  const { 'MailboxSettings.Read': _, ...uses } = report.uses;
  await memory.writePermissions({ at: kept?.at ?? '', report: { ...report, uses } });
  time += 24 * 3_600_000;
  expect(await start()()).toEqual([['info', 'permissions.checked', { mended: false }]]);
});

test('logs no address', async () => {
  simulator.faults.set('sendMail', { kind: 'noMailbox' });
  const told = await start()();
  expect(told).toEqual([['error', 'permissions.drift', expect.objectContaining({ senders: '1' })]]);
  expect(JSON.stringify(told)).not.toContain('@');
});

describe('what could not be looked at', () => {
  const everywhere = ['audit', 'users', 'sendMail', 'methods', 'sentItems'] as const;
  const outOfOrder = () => {
    for (const target of everywhere) simulator.faults.set(target, { kind: '401' });
  };
  const all = 'AuditLog.Read.All, Directory.Read.All, sender 1';

  test('is unclear, neither missing nor all there, and looked at again soon', async () => {
    outOfOrder();
    const sweep = start();
    expect(await sweep()).toEqual([['warn', 'permissions.unclear', { unclear: all }]]);
    expect(await sweep()).toEqual([]);
    simulator.faults.clear();
    expect(await start()()).toEqual([['info', 'permissions.checked', { mended: false }]]);
  });

  test('is not mended by that, nor lost', async () => {
    simulator.faults.set('sendMail', { kind: 'consentMissing' });
    await start()();
    time += 24 * 3_600_000;
    outOfOrder();
    const drift = [
      'error',
      'permissions.drift',
      expect.objectContaining({ senders: '1', lost: '' }),
    ];
    expect(await start()()).toEqual([['warn', 'permissions.unclear', { unclear: all }], drift]);
    simulator.faults.clear();
    expect(await start()()).toEqual([['info', 'permissions.checked', { mended: true }]]);
  });

  test('is found out when it can be, on the same day', async () => {
    outOfOrder();
    await start()();
    simulator.faults.clear();
    simulator.faults.set('audit', { kind: 'consentMissing' });
    expect(await start()()).toEqual([
      ['error', 'permissions.drift', expect.objectContaining({ missing: 'AuditLog.Read.All' })],
    ]);
  });
});
