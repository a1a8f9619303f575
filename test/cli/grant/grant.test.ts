import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readDeployment } from '../../../cli/grant/deployment.ts';
import type { ExchangeEnd, ExchangeWish } from '../../../cli/grant/exchange.ts';
import { type GrantReport, type GrantWish, grant } from '../../../cli/grant/grant.ts';
import { openRest } from '../../../cli/grant/rest.ts';
import { permissions } from '../../../functions/permissions/needed.ts';
import {
  exchangeId,
  fullAccess,
  graphId,
  notifierAppId,
  notifierId,
} from '../../../local/graph/grants.ts';
import { type Simulator, startSimulator } from '../../../local/graph/simulator.ts';
import { deploymentOf, type FakeAzure, startAzure, subscription } from './azure.ts';

let simulator: Simulator;
let azure: FakeAzure;
let said: string[];
let waited: number[];
let report: GrantReport;
let answers: boolean[];
let exchange: { end: ExchangeEnd; asked: ExchangeWish[] };

beforeEach(async () => {
  simulator = await startSimulator();
  simulator.grants.clear();
  azure = await startAzure();
  azure.deployments = [deploymentOf(outputs)];
  [said, waited, answers] = [[], [], [true]];
  exchange = { end: 'done', asked: [] };
});
afterEach(() => Promise.all([simulator.close(), azure.close()]));

const outputs = {
  functionAppName: 'func-secinfo',
  identityPrincipalId: notifierId,
  identityClientId: notifierAppId,
  storageAccountName: 'stsecinfo',
  appSettings: [{ name: 'SENDER_MAILBOXES', value: 'security@contoso.example' }],
};

const door = (origin: string) =>
  openRest({
    origin,
    now: () => new Date(),
    say: (line) => said.push(line),
    wait: async (ms) => {
      waited.push(ms);
      onWait();
    },
  });
let onWait = () => {};

async function run(wish: Partial<GrantWish> = {}, withAzure = false) {
  onWait = () => {};
  return start(wish, withAzure);
}

async function start(wish: Partial<GrantWish> = {}, withAzure = false) {
  const manager = door(azure.url);
  const granted = await grant(
    {
      identity: { principalId: notifierId },
      senders: ['security@contoso.example'],
      cloud: 'Global',
      ...wish,
    },
    {
      graph: door(simulator.url),
      azure: withAzure
        ? { manager, deployment: await readDeployment(manager, subscription, 'rg-security-info') }
        : undefined,
      say: (line) => said.push(line),
      ask: async () => answers.shift() ?? false,
      wait: async (ms) => {
        waited.push(ms);
        onWait();
      },
      runExchange: async (asked) => {
        exchange.asked.push(asked);
        return exchange.end;
      },
    },
  );
  report = granted.report;
  return granted.code;
}

const nameOf = (roleId: string) => permissions.find(({ id }) => id === roleId)?.name ?? roleId;
const granted = () => simulator.grants.assignments.map(({ appRoleId }) => nameOf(appRoleId)).sort();
const required = ['AuditLog.Read.All', 'Directory.Read.All'];
const idOf = (name: string) => permissions.find((one) => one.name === name)?.id ?? '';
const changes = () =>
  simulator.requests.filter(
    ({ path, method }) => /appRoleAssignments/.test(path) && method !== 'GET',
  );
const text = () => said.join('\n');

describe('granting', () => {
  test('names the tenant and the identity, grants what is required, and nothing the second time', async () => {
    expect(await run()).toBe(0);
    expect(text()).toMatch(/^Tenant: +Contoso \(c0de/);
    expect(text()).toContain(`principal ${notifierId}, client ${notifierAppId}`);
    expect(granted()).toEqual(required);
    expect(changes()).toHaveLength(2);
    answers = [true];
    expect(await run()).toBe(0);
    expect(text()).toContain('  has      AuditLog.Read.All');
    expect(changes()).toHaveLength(2);
  });

  test('grants the optional ones that were asked for, and completes what is partly there', async () => {
    simulator.grants.add(graphId, idOf('Directory.Read.All'));
    expect(
      await run({
        passkeys: true,
        methods: true,
        timeZones: true,
        messageTrace: true,
        sentItems: true,
      }),
    ).toBe(0);
    const entra = permissions.filter(({ grantedIn }) => grantedIn === 'entra');
    expect(granted()).toEqual(entra.map(({ name }) => name).sort());
    expect(exchange.asked).toMatchObject([{ sentItems: true, clientId: notifierAppId }]);
  });

  test('finds the identity by its client id as well', async () => {
    expect(await run({ identity: { clientId: notifierAppId } })).toBe(0);
    expect(granted()).toEqual(required);
  });

  test('says the plan and changes nothing with --dry-run, in Exchange neither', async () => {
    expect(await run({ dryRun: true })).toBe(0);
    for (const name of required) expect(text()).toContain(`  grant    ${name}`);
    expect(changes()).toEqual([]);
    expect(exchange.asked).toMatchObject([{ dryRun: true }]);
  });

  test('asks before it changes anything', async () => {
    answers = [false];
    expect(await run()).toBe(1);
    expect(said.at(-1)).toBe('Nothing was changed.');
    expect([changes(), exchange.asked]).toEqual([[], []]);
    answers = [];
    expect(await run({ yes: true })).toBe(0);
  });

  test('leaves what is not needed and opens no mailbox', async () => {
    const optional = ['MailboxSettings.Read', 'UserAuthenticationMethod.Read.All'];
    for (const name of optional) simulator.grants.add(graphId, idOf(name));
    expect(await run({ removeTenantWide: true })).toBe(0);
    expect(granted()).toEqual(expect.arrayContaining(optional));
  });
});

describe('what --json prints', () => {
  test('tells how it stood, what was done, and the line for the Exchange part', async () => {
    expect(await run({ passkeys: true })).toBe(0);
    expect(report).toMatchObject({
      result: 'done',
      exchange: 'done',
      identity: { principalId: notifierId, clientId: notifierAppId },
      senders: ['security@contoso.example'],
      plan: [...required, 'UserAuthMethod-Passkey.Read.All'].map((name) => ({
        verb: 'grant',
        name,
      })),
      left: [],
      started: 0,
    });
    expect(report.exchangeCommand).toContain(`-PrincipalId ${notifierId}`);
  });

  test.each<[string, Partial<GrantWish>, () => void, object]>([
    ['planned', { dryRun: true }, () => {}, { exchange: 'done', left: { length: 2 } }],
    ['declined', {}, () => answers.splice(0), { exchange: 'notReached', left: { length: 2 } }],
    [
      'refused',
      {},
      () => simulator.grants.add(exchangeId, fullAccess.id),
      { exchange: 'notReached', left: { length: 3 } },
    ],
    ['done', { entraOnly: true }, () => {}, { exchange: 'skipped', left: [] }],
    [
      'left',
      { exchangeLater: true },
      () => {
        exchange.end = 'left';
      },
      { exchange: 'left', left: [] },
    ],
  ])('says %s of %o', async (result, wish, before, rest) => {
    before();
    await run(wish);
    expect(report).toMatchObject({ result, ...rest });
  });
});

describe('what opens every mailbox', () => {
  test.each([
    ['Mail.Send', () => simulator.grants.add(graphId, idOf('Mail.Send'))],
    ['full_access_as_app', () => simulator.grants.add(exchangeId, fullAccess.id)],
  ])('is refused, and taken back only when told to: %s', async (name, add) => {
    add();
    expect(await run()).toBe(1);
    expect(text()).toMatch(new RegExp(`REFUSED +${name}`));
    expect([changes(), exchange.asked]).toEqual([[], []]);
    expect(await run({ removeTenantWide: true })).toBe(0);
    expect(granted()).toEqual(required);
  });

  test('is seen on a later page', async () => {
    for (let made = 0; made < 3; made += 1)
      simulator.grants.add(graphId, permissions[made]?.id ?? '');
    simulator.grants.add(exchangeId, fullAccess.id);
    const graph = door(simulator.url);
    const paged = {
      ...graph,
      list: (path: string) => graph.list(path.replace('$top=999', '$top=1')),
    };
    expect(
      await paged.list(`/v1.0/servicePrincipals/${notifierId}/appRoleAssignments?$top=999`),
    ).toHaveLength(4);
  });

  test('is never called absent where an API could not be looked up', async () => {
    simulator.grants.add('99999999-0000-4000-8000-000000000000', 'something');
    expect(await run({ dryRun: true })).toBe(1);
    answers = [true];
    expect(await run()).toBe(1);
    expect(text()).toMatch(/UNKNOWN +something of unknown: could not be looked up/);
    expect(text()).not.toContain('nothing that opens every mailbox.');
    expect(exchange.asked).toEqual([]);
  });

  test('is seen where it came while Exchange was at work', async () => {
    exchange.end = 'done';
    const adding = async () => {
      simulator.grants.add(exchangeId, fullAccess.id);
      return 'done' as const;
    };
    const graph = door(simulator.url);
    const { code } = await grant(
      { identity: { principalId: notifierId }, senders: ['a@b.cd'], cloud: 'Global', yes: true },
      {
        graph,
        say: (line) => said.push(line),
        ask: async () => true,
        wait: async () => {},
        runExchange: adding,
      },
    );
    expect(code).toBe(1);
    expect(said.at(-1)).toMatch(/REFUSED +full_access_as_app/);
  });

  test('that somebody else has taken back in the meantime is no failure', async () => {
    const wide = simulator.grants.add(exchangeId, fullAccess.id);
    const goneFirst = door(simulator.url);
    const call: typeof goneFirst.call = (method, ...rest) => {
      if (method === 'DELETE') simulator.grants.remove(wide.id);
      return goneFirst.call(method, ...rest);
    };
    const { code } = await grant(
      {
        identity: { principalId: notifierId },
        senders: ['a@b.cd'],
        cloud: 'Global',
        yes: true,
        removeTenantWide: true,
      },
      {
        graph: { ...goneFirst, call },
        say: (line) => said.push(line),
        ask: async () => true,
        wait: async () => {},
        runExchange: async () => 'done',
      },
    );
    expect(code).toBe(0);
    expect(waited).toEqual([]);
  });
});

describe('when Graph does not answer as it should', () => {
  test('it waits for as long as it is told to, and goes on', async () => {
    simulator.faults.set('users', { kind: '429', retryAfter: 3, times: 2 });
    let left = 2;
    onWait = () => {
      left -= 1;
      if (left === 0) simulator.faults.clear();
    };
    expect(await start()).toBe(0);
    expect(waited.slice(0, 2)).toEqual([3000, 3000]);
    expect(text()).toContain('throttled (429): once more in 3 s');
    expect(granted()).toEqual(required);
  });

  test.each<[string, () => void, RegExp]>([
    [
      'throttled for good',
      () => simulator.faults.set('users', { kind: '429' }),
      /Graph throttles \(429\).*goes on where it stopped/,
    ],
    ['out of order', () => simulator.faults.set('users', { kind: '503' }), /out of order \(503\)/],
    [
      'refused',
      () => simulator.faults.set('users', { kind: 'consentMissing' }),
      /Privileged Role Administrator/,
    ],
  ])('%s: it says so, and not that there is no such identity', async (_, fail, says) => {
    fail();
    await expect(run()).rejects.toThrow(says);
    expect(changes()).toEqual([]);
  });

  test('nobody at home: it says so', async () => {
    const { url } = simulator;
    await simulator.close();
    const graph = door(url);
    const place = {
      graph,
      say: () => {},
      ask: async () => true,
      wait: async () => {},
      runExchange: async () => 'done' as const,
    };
    const wish = {
      identity: { principalId: notifierId },
      senders: ['a@b.cd'],
      cloud: 'Global' as const,
    };
    await expect(grant(wish, place)).rejects.toThrow(/can’t be reached.*ECONNREFUSED/);
  });

  test('an identity that nobody knows is waited for a minute', async () => {
    const identity = { principalId: '00000000-1111-4222-8333-444444444444' };
    await expect(run({ identity })).rejects.toThrow(/knows no identity .*not its client id/);
    expect(waited).toEqual([10_000, 10_000, 10_000, 10_000, 10_000]);
  });
});

describe('the Exchange part', () => {
  test('is printed as one line where there is no PowerShell', async () => {
    exchange.end = 'left';
    expect(await run({ sentItems: true, senders: ['a@x.org', "o'b@x.org"], cloud: 'USGov' })).toBe(
      1,
    );
    expect(said.at(-1)).toBe(
      `  ./grant-exchange.ps1 -PrincipalId ${notifierId} -AppId ${notifierAppId} -Senders 'a@x.org,o''b@x.org' -Environment USGov -SentItems`,
    );
  });

  test('fails the whole where it fails, and is left out for whoever is no Exchange Administrator', async () => {
    exchange.end = 'failed';
    expect(await run()).toBe(1);
    answers = [true];
    expect(await run({ entraOnly: true })).toBe(0);
    expect(exchange.asked).toHaveLength(1);
  });
});

describe('with a resource group', () => {
  test('reads the newest deployment of the template, and waits where Azure is throttled', async () => {
    const other = { ...outputs, functionAppName: 'func-old' };
    azure.deployments = [
      deploymentOf(other, '2026-11-01T09:00:00Z'),
      {
        name: 'something else',
        properties: { provisioningState: 'Succeeded', timestamp: '2026-11-25T09:00:00Z' },
      },
      deploymentOf(outputs),
    ];
    azure.throttled = 1;
    const read = await readDeployment(door(azure.url), subscription, 'rg-security-info');
    expect(read).toMatchObject({ functionAppName: 'func-secinfo', principalId: notifierId });
    expect(read.settings).toEqual({ SENDER_MAILBOXES: 'security@contoso.example' });
    expect(waited).toEqual([7000]);
  });

  test.each([
    ['rg-typo', /rg-typo .*404 ResourceGroupNotFound.*--subscription/],
    ['rg-security-info', /no finished deployment.*Deploy first/],
  ])('says what is wrong with %s', async (group, says) => {
    azure.deployments = [];
    await expect(readDeployment(door(azure.url), subscription, group)).rejects.toThrow(says);
  });

  test('gives the operator two roles on storage, once', async () => {
    const operator = '44444444-2222-4333-8444-555555555555';
    expect(await run({ operator }, true)).toBe(0);
    expect(azure.roles).toHaveLength(2);
    expect(azure.roles[0]).toMatchObject({
      path: expect.stringContaining(
        '/storageAccounts/stsecinfo/providers/Microsoft.Authorization/',
      ),
      body: { properties: { principalId: operator, principalType: 'User' } },
    });
    answers = [true];
    expect(await run({ operator }, true)).toBe(0);
    expect(azure.roles).toHaveLength(2);
  });

  test.each([
    [403, 'AuthorizationFailed', /that takes Owner or User Access Administrator of rg-sec/],
    [400, 'UnmatchedPrincipalType', /--operator is for people: sign in as one/],
    [404, 'ResourceNotFound', /404 ResourceNotFound\)\. Is it still there\?/],
    [500, 'InternalError', /500 InternalError\)\. Run the same command again later/],
  ])('says of %s %s what helps', async (status, code, says) => {
    azure.refusal = { status, code };
    expect(await run({ operator: '44444444-2222-4333-8444-555555555555' }, true)).toBe(1);
    expect(text()).toMatch(says);
  });

  test('starts functions that were deployed switched off, and touches nothing else', async () => {
    azure.settings = {
      SENDER_MAILBOXES: 'security@contoso.example',
      'AzureWebJobs.pollAuditLog.Disabled': 'true',
      'AzureWebJobs.sweepLedger.Disabled': 'true',
    };
    expect(await run({}, true)).toBe(0);
    expect(azure.settings).toEqual({ SENDER_MAILBOXES: 'security@contoso.example' });
    expect(text()).toContain('Started: 2 functions');
    const before = azure.calls.filter((call) => call.startsWith('PUT'));
    answers = [true];
    expect(await run({}, true)).toBe(0);
    expect(azure.calls.filter((call) => call.startsWith('PUT'))).toEqual(before);
  });

  test('takes no more than a Reader where functions were not deployed switched off', async () => {
    azure.deployments = [deploymentOf({ ...outputs, functionsSwitchedOff: false })];
    azure.isReader = true;
    expect(await run({}, true)).toBe(0);
    expect(report).toMatchObject({ result: 'done', exchange: 'done', started: 0 });
    // What somebody else has switched off by hand is not for this command.
    expect(azure.calls.filter((call) => call.includes('/config/'))).toEqual([]);
  });

  test.each([
    ['functions can’t be started', {}, /settings of func-secinfo .*403 AuthorizationFailed/],
    ['the operator can’t be given a role', { operator: notifierId }, /can't be given Storage/],
  ])('goes on with Exchange where %s, and says what is left', async (_, wish, says) => {
    azure.deployments = [deploymentOf({ ...outputs, functionsSwitchedOff: true })];
    azure.isReader = true;
    expect(await run({ ...wish, exchangeLater: true }, true)).toBe(1);
    expect(text()).toMatch(says);
    expect(granted()).toEqual(required);
    expect(exchange.asked).toHaveLength(1);
    expect(report).toMatchObject({ result: 'left', exchange: 'done', left: [], started: 0 });
  });

  test('does not start them before the permissions are there', async () => {
    azure.settings = { 'AzureWebJobs.pollAuditLog.Disabled': 'true' };
    simulator.grants.add(graphId, idOf('Mail.Send'));
    expect(await run({}, true)).toBe(1);
    expect(azure.settings).toEqual({ 'AzureWebJobs.pollAuditLog.Disabled': 'true' });
  });
});

describe('as a command', () => {
  const command = (...options: string[]) =>
    new Promise<{ code: number | null; said: string; stdout: string }>((resolve) => {
      const args = ['cli/grant/main.ts', ...options];
      const cwd = join(import.meta.dirname, '..', '..', '..');
      const child = execFile(process.execPath, args, { cwd }, (_, stdout, stderr) =>
        resolve({ code: child.exitCode, said: `${stdout}${stderr}`, stdout }),
      );
      child.stdin?.end();
    });
  const settingsFile = (content: string) => {
    const file = join(mkdtempSync(join(tmpdir(), 'grant-')), 'settings.json');
    writeFileSync(file, content);
    return file;
  };

  test('reads the app and its senders from its settings, and gives a stand-in no credential', async () => {
    const settings = {
      AZURE_CLIENT_ID: ` ${notifierAppId} `,
      GRAPH_BASE_URL: simulator.url,
      SENDER_MAILBOXES: 'security@contoso.example',
    };
    const given = ['--settings', settingsFile(JSON.stringify(settings))];
    const unasked = await command(...given);
    expect(unasked).toMatchObject({ code: 2 });
    expect(unasked.said).toContain('Nobody is here to ask: give --yes, or --dry-run');
    expect(granted()).toEqual([]);
    const { code, said: output } = await command(...given, '--yes', '--passkeys');
    expect(output).toContain('Entra: all there');
    expect(code).toBe(0);
    expect(granted()).toEqual([...required, 'UserAuthMethod-Passkey.Read.All']);
    expect(simulator.sawAuthorization).toBe(false);
    const again = await command(...given, '--yes', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ result: 'done', exchange: 'skipped' });
  });

  test.each<[string, string[]]>([
    ['Whom?', []],
    ['Whom?', ['--resource-group', 'a', '--principal-id', notifierId]],
    ["give the identity's object id", ['--principal-id', 'notifier', '--senders', 'a@b.cd']],
    ['is no mail address', ['--principal-id', notifierId, '--senders', 'a@b.cd,$(id)@x.org']],
    ['From which mailboxes?', ['--principal-id', notifierId]],
    ['give one of Global, USGov', ['--principal-id', notifierId, '--cloud', 'Mars']],
    [
      'GRAPH_BASE_URL is "graph.microsoft.com"',
      ['--settings', settingsFile('{"GRAPH_BASE_URL":"graph.microsoft.com"}')],
    ],
    ['is empty: az prints nothing where the name', ['--settings', settingsFile('\n')]],
  ])('says %s before any call', async (says, options) => {
    const { code, said: output } = await command(...options);
    expect([code, output]).toEqual([2, expect.stringContaining(says)]);
  });
});
