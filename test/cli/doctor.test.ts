import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checkApp } from '../../cli/doctor/appChecks.ts';
import { checkContact, checkLeftover, examination } from '../../cli/doctor/examination.ts';
import { conclusion, type Finding, lineOf, unclear } from '../../cli/doctor/finding.ts';
import { claimsOf, reportedBy } from '../../cli/doctor/identity.ts';
import { permissionFindings } from '../../cli/doctor/permissionChecks.ts';
import { checkSchedules } from '../../cli/doctor/scheduleChecks.ts';
import { refusedBlobs } from '../../cli/doctor/storageChecks.ts';
import { checkAuditLog, checkClock } from '../../cli/doctor/tenantChecks.ts';
import { operatorCredential } from '../../cli/operator.ts';
import { type Environment, readConfig } from '../../functions/config/config.ts';
import type { Graph } from '../../functions/graph/client.ts';
import { GraphFailure } from '../../functions/graph/failure.ts';
import { StorageFailure } from '../../functions/ledger/store.ts';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import type { Fault, FaultTarget } from '../../local/graph/faults.ts';
import { notifierAppId } from '../../local/graph/grants.ts';
import { type Simulator, startSimulator } from '../../local/graph/simulator.ts';

let azurite: Azurite;
let simulator: Simulator;
let settings: Environment;

beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());
beforeEach(async () => {
  simulator = await startSimulator({ ingestion: 'prompt' });
  settings = {
    AzureWebJobsStorage: azurite.connectionString,
    GRAPH_BASE_URL: simulator.url,
    AZURE_CLIENT_ID: notifierAppId,
    SENDER_MAILBOXES: 'security@contoso.example',
  };
});
afterEach(() => simulator.close());

async function examine(given: Environment = {}) {
  const options = { credential: operatorCredential() };
  const findings: Finding[] = [];
  for await (const finding of examination({ ...settings, ...given }, options)) {
    findings.push(finding);
  }
  return findings;
}

/** Those that are not well, by what they are about. */
const troubles = (findings: readonly Finding[]) =>
  Object.fromEntries(
    findings
      .filter(({ verdict }) => verdict !== 'well')
      .map(({ check, verdict, says, fix }) => [check, `${verdict}: ${says} → ${fix}`]),
  );

describe('doctor', () => {
  test('finds nothing wrong with a tenant that is well, and leaves nothing behind', async () => {
    simulator.happen('userRegistersPasskey');
    const findings = await examine();
    // The demo tenant's log has just begun, no app has polled it, and neither mailboxes' clocks nor message traces are read.
    expect(Object.keys(troubles(findings))).toEqual([
      'log retention',
      'MailboxSettings.Read',
      'ExchangeMessageTrace.Read.All',
      'app',
    ]);
    expect(findings.map(({ check }) => check)).toContain('other mailboxes');
    expect(simulator.mailboxes.mails).toEqual([]);
  });

  test.each<[string, FaultTarget, Fault['kind'], RegExp]>([
    ['AuditLog.Read.All', 'audit', 'consentMissing', /^wrong: not granted.*npm run grant/],
    ['Directory.Read.All', 'users', 'consentMissing', /^wrong: not granted.*npm run grant/],
    ['audit log', 'audit', 'consentMissing', /^wrong: not readable \(403.*AuditLog\.Read\.All/],
    ['audit log', 'audit', 'stale', /^look: .*newest record is .* old.*Entra is late/],
    [
      'sender security@contoso.example',
      'sendMail',
      'consentMissing',
      /^wrong: may not send.*scope/,
    ],
    ['sender security@contoso.example', 'sendMail', 'noMailbox', /^wrong: is no mailbox.*licence/],
    ['sender security@contoso.example', 'sentItems', 'consentMissing', /^look: .*--sent-items/],
    [
      'Mail.Send',
      'sendMail',
      'tenantWide',
      /^wrong: consented for the whole.*--remove-tenant-wide/,
    ],
    ['other mailboxes', 'sendMail', 'tenantWide', /^wrong: may be sent from, too/],
    ['UserAuthMethod-Passkey.Read.All', 'methods', 'consentMissing', /^look: .*--passkeys/],
  ])('names the fault and its fix: %s (%s: %s)', async (check, target, kind, says) => {
    if (kind === 'stale') simulator.audit.append(old(), new Date(0));
    simulator.faults.set(target, { kind } as Fault);
    expect(troubles(await examine())[check]).toMatch(says);
  });

  test('gives no status where there was no answer', async () => {
    const get = () => Promise.reject(new GraphFailure('unreachable', { code: 'ECONNRESET' }));
    const findings = await checkAuditLog({ get } as unknown as Graph, () => new Date());
    expect(findings).toMatchObject([{ says: 'not readable (ECONNRESET)' }]);
  });

  test('does not call it a fault of the app where whoever looks may not use its blobs', () => {
    const failure = new StorageFailure('no', {
      status: 403,
      code: 'AuthorizationPermissionMismatch',
    });
    expect(refusedBlobs(failure)).toMatchObject({
      verdict: 'look',
      says: 'not checked: you may not use them (AuthorizationPermissionMismatch)',
    });
  });

  const old = () => {
    const [record] = simulator.happen('userRegistersPasskey');
    if (!record) throw new Error('no record');
    const activityDateTime = new Date(Date.now() - 30 * 3_600_000).toISOString();
    return { ...record, id: 'old', activityDateTime };
  };

  test('names a sender that nobody has', async () => {
    const found = troubles(await examine({ SENDER_MAILBOXES: 'typo@contoso.example' }));
    expect(found['sender typo@contoso.example']).toMatch(/^wrong: is no mailbox.*SENDER_MAILBOXES/);
  });

  test('names every setting that is wrong, and goes no further', async () => {
    const found = troubles(await examine({ SENDER_MAILBOXES: '', BULK_LIMIT: 'many' }));
    expect(found['SENDER_MAILBOXES']).toMatch(/^wrong: is missing → Give the mailboxes/);
    expect(found['BULK_LIMIT']).toMatch(/^wrong: .*number/);
    expect(simulator.counts.total).toBe(0);
  });

  test('tells when storage is down, and checks the tenant all the same', async () => {
    const down = azurite.connectionString.replaceAll(/:\d+\/dev/g, ':1/dev');
    const findings = await examine({ AzureWebJobsStorage: down });
    expect(troubles(findings)['table']).toMatch(/^wrong: can't be reached \(ECONNREFUSED\)/);
    expect(troubles(findings)['queue']).toMatch(/^wrong: can't be reached/);
    expect(findings.map(({ check }) => check)).toContain('other mailboxes');
  });

  test('tells when Graph can’t be reached', async () => {
    const found = troubles(await examine({ GRAPH_BASE_URL: 'http://127.0.0.1:1' }));
    expect(found['clock']).toMatch(/^wrong: http:\/\/127\.0\.0\.1:1 can't be reached/);
  });

  test('says that DRY_RUN sends nothing', async () => {
    expect(troubles(await examine({ DRY_RUN: 'true' }))['settings']).toMatch(
      /^look: .*DRY_RUN is on/,
    );
  });
});

test('names functions that are switched off, which then do nothing', async () => {
  const found = await examine({
    'AzureWebJobs.sweepLedger.Disabled': 'true',
    AzureWebJobs__sendNotification__Disabled: '1',
    'AzureWebJobs.pollAuditLog.Disabled': 'False',
  });
  expect(troubles(found)['functions']).toMatch(
    /^wrong: switched off: sendNotification, sweepLedger → .*npm run grant/,
  );
  expect(troubles(await examine())).not.toHaveProperty(['functions']);
});

test('says that a connection string is left beside the identity', () => {
  const account = { AzureWebJobsStorage__accountName: 'contoso', GRAPH_BASE_URL: '' };
  for (const [AzureWebJobsStorage, count] of [
    ['AccountName=old', 1],
    ['', 0],
  ] as const) {
    const environment = { ...settings, ...account, AzureWebJobsStorage };
    const found = checkLeftover(environment, readConfig(environment));
    expect(found.map(({ fix }) => fix)).toHaveLength(count);
  }
});

test('shows when the schedules come next', () => {
  const schedules = {
    POLL_SCHEDULE: '0 */20 * * * *',
    SWEEP_SCHEDULE: '0 50-5/10 * * * *',
    COVERAGE_SCHEDULE: '30 5-55/10 * * * *',
  };
  const found = checkSchedules(schedules, new Date('2026-11-28T10:30:00Z'));
  expect(found.map(({ verdict }) => verdict)).toEqual(['well', 'well', 'well']);
  expect(found[0]?.says).toBe('0 */20 * * * *: next at 10:40:00, 11:00:00, 11:20:00 UTC');
  expect(found[1]?.says).toContain('next at 10:35:00, 10:45:00, 11:05:00 UTC');
});

test('a clock that is wrong is a failure', async () => {
  const server = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const ahead = (seconds: number) => () => new Date(Date.now() + seconds * 1000);
  expect((await checkClock(origin, ahead(20))).finding.verdict).toBe('well');
  expect((await checkClock(origin, ahead(600))).finding).toMatchObject({ verdict: 'wrong' });
  server.close();
});

describe('the app', () => {
  const now = new Date('2026-11-24T09:00:00Z');
  const polled = (parts: object) => ({
    polls: {
      watched: {
        etag: '',
        value: { startedAt: '', watermark: '', polledAt: '2026-11-24T08:58:00Z', ...parts },
      },
    },
  });
  test.each([
    ['look', 'has never polled', { polls: {} }],
    ['well', 'at work: polled within the last 2 min', polled({})],
    [
      'wrong',
      'its last successful poll was 20 min ago',
      polled({ polledAt: '2026-11-24T08:40:00Z' }),
    ],
    ['look', 'is catching up', polled({ resumeFrom: '2026-11-23T09:00:00Z' })],
  ])('is %s when it %s', (verdict, says, state) => {
    const [finding] = checkApp(state, { POLL_SCHEDULE: '0 * * * * *' }, now);
    expect(finding).toMatchObject({ verdict, says: expect.stringContaining(says) });
  });

  test.each([
    ['well', '2026-11-24T08:10:01Z'],
    // The host's clock was a little ahead, or it ticked some milliseconds early.
    ['well', '2026-11-24T08:09:58.002Z'],
    ['wrong', '2026-11-24T07:40:01Z'],
  ])('is %s by the schedule of its polls, if the last was at %s', (verdict, polledAt) => {
    const [finding] = checkApp(polled({ polledAt }), { POLL_SCHEDULE: '0 10 * * * *' }, now);
    expect(finding).toMatchObject({ verdict });
  });
});

test('what was granted a moment ago is told apart from what is not granted', () => {
  const closed = { send: 'denied', look: 'denied' } as const;
  const report = {
    granted: ['AuditLog.Read.All'],
    uses: { 'AuditLog.Read.All': 'denied', 'Directory.Read.All': 'works' },
    senders: [],
    other: closed,
  } as const;
  const found = troubles(permissionFindings(report, ['security@contoso.example']));
  expect(found['AuditLog.Read.All']).toMatch(/granted, and refused when used → .*24 h/);
  expect(found['Directory.Read.All']).toMatch(/^wrong: not granted/);
  expect(found['sender security@contoso.example']).toMatch(/^look: not tried by the app yet/);
});

test('who acts is read off the token', () => {
  const token = `h.${Buffer.from('{"appid":"a1","tid":"t1"}').toString('base64url')}.s`;
  expect(claimsOf(token)).toEqual({ appid: 'a1', tid: 't1' });
  expect(claimsOf('opaque')).toEqual({});
  expect(reportedBy(undefined).verdict).toBe('look');
});

test('the table has the fix below what was found', () => {
  const findings: Finding[] = [
    { check: 'queue', verdict: 'well', says: 'works' },
    { check: 'audit log', verdict: 'wrong', says: 'not readable', fix: 'Grant it' },
  ];
  expect(findings.map(lineOf)).toEqual([
    '✓ queue                               works',
    '✗ audit log                           not readable\n                                      → Grant it',
  ]);
  expect(conclusion(findings)).toMatch(/^1 of 2 checks failed/);
});

test('what must work and could not be tried is never called working', () => {
  const open = unclear('sender a@b.cd', 'could not be tried', 'Again');
  expect(conclusion([{ check: 'queue', verdict: 'well', says: 'works' }, open])).toMatch(
    /^Whether it works is not known: 1 of 2 checks/,
  );
  const report = {
    granted: ['AuditLog.Read.All'],
    uses: { 'AuditLog.Read.All': 'unclear' },
    senders: [{ send: 'unclear', look: 'unclear' }],
    other: { send: 'denied', look: 'denied' },
  } as const;
  const found = permissionFindings(report, ['a@b.cd']).filter(
    ({ verdict }) => verdict === 'unclear',
  );
  expect(found.map(({ check }) => check)).toEqual(
    expect.arrayContaining(['AuditLog.Read.All', 'sender a@b.cd']),
  );
});

test('a web page in the place of Graph is told as a proxy', async () => {
  const server = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in'),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const { finding, reached } = await checkClock(origin, () => new Date());
  server.close();
  expect(reached).toBe(false);
  expect(finding.says).toContain('a proxy');
});

test('each finding is given as it is made, after what is waited for was named', async () => {
  const order: string[] = [];
  const waits = (check: string) => order.push(`waits for ${check}`);
  const options = { credential: operatorCredential(), waits };
  for await (const { check } of examination(settings, options)) order.push(check);
  expect(order.indexOf('clock')).toBeLessThan(order.indexOf('waits for audit log'));
  expect(order.indexOf('waits for storage')).toBeLessThan(order.indexOf('table'));
});

test('one sentence of support for all languages is remarked on, and not what is taken apart', () => {
  const both = { SUPPORT_PHONE: '+1 555 0100', SUPPORT_EMAIL: 'desk@contoso.example' };
  const none = { SUPPORT_PHONE: '', SUPPORT_EMAIL: '' };
  const sentence = 'the service desk, +1 555 0100 or desk@x.yz';
  expect(checkContact({ ...none, SUPPORT_CONTACT: sentence })).toMatchObject([
    { verdict: 'look', fix: expect.stringContaining('SUPPORT_PHONE') },
  ]);
  // Without a number of its own the sentence is quoted still.
  const mailOnly = { ...none, SUPPORT_EMAIL: 'desk@contoso.example' };
  expect(checkContact({ ...mailOnly, SUPPORT_CONTACT: sentence })).toHaveLength(1);
  for (const SUPPORT_CONTACT of ['+1 555 0100 or desk@x.yz', '+1 555 0100', 'desk@x.yz']) {
    expect(checkContact({ ...none, SUPPORT_CONTACT })).toEqual([]);
  }
  expect(checkContact({ ...both, SUPPORT_CONTACT: 'x' })).toEqual([]);
  expect(checkContact({ ...none, SUPPORT_CONTACT: '' })).toEqual([]);
});
