import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { graphAppId, type Permission, permissions } from '../../functions/permissions/needed.ts';

const root = join(import.meta.dirname, '..', '..');
const exchangeAppId = '00000002-0000-0ff1-ce00-000000000000';
const principal = '11111111-2222-4333-8444-555555555555';
const all: readonly Permission[] = permissions;
const required = ['AuditLog.Read.All', 'Directory.Read.All'];
const idOf = (name: string) => all.find((one) => one.name === name)?.id ?? name;
const grant = (name: string) => ({ id: `old-${name}`, resourceId: 'graph', appRoleId: idOf(name) });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grant-'));
  const node = JSON.stringify(process.execPath);
  const az = `#!/bin/sh\nexec ${node} ${JSON.stringify(join(import.meta.dirname, 'az.mjs'))} "$@"\n`;
  writeFileSync(join(folder, 'az'), az, { mode: 0o755 });
  // Nothing else is on the path: a pwsh of this machine must not be found.
  for (const tool of 'bash sh cat grep tr mktemp rm sleep dirname'.split(' ')) {
    symlinkSync(spawnSync('which', [tool], { encoding: 'utf8' }).stdout.trim(), join(folder, tool));
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

const tenantFile = () => join(folder, 'tenant.json');
const tenant = () => JSON.parse(readFileSync(tenantFile(), 'utf8'));
const granted = () =>
  tenant().assigned.map(
    ({ appRoleId }: { appRoleId: string }) =>
      all.find(({ id }) => id === appRoleId)?.name ?? appRoleId,
  );
const changes = () => tenant().calls.filter((call: string) => /--method (post|delete)/.test(call));

function open(more: object = {}) {
  const fresh = {
    identity: {
      id: principal,
      appId: '99999999-2222-4333-8444-555555555555',
      servicePrincipalType: 'ManagedIdentity',
      displayName: 'notifier',
    },
    apps: {
      [graphAppId]: { id: 'graph', appRoles: all.map(({ id, name }) => ({ id, value: name })) },
      [exchangeAppId]: { id: 'exchange', appRoles: [{ id: 'full', value: 'full_access_as_app' }] },
    },
    assigned: [],
    notYet: 0,
    calls: [],
    ...more,
  };
  writeFileSync(tenantFile(), JSON.stringify(fresh));
}

function run(...options: string[]) {
  const usual = ['--principal-id', principal, '--senders', "a@x.org,o'b@x.org", '--yes'];
  const args = [join(root, 'infra/grant-permissions.sh'), ...usual, ...options];
  return start(args, '');
}

function start(args: string[], input: string) {
  const env = { PATH: folder, TENANT: tenantFile(), GRANT_RETRY_SECONDS: '0' };
  const { status, stdout, stderr } = spawnSync('bash', args, { env, encoding: 'utf8', input });
  return { status, stdout, stderr };
}

const pwsh = (code: number, module = 0) =>
  writeFileSync(
    join(folder, 'pwsh'),
    `#!/bin/sh\n[ "$2" != -Command ] || exit ${module}\nfor a; do echo "<$a>"; done >"$TENANT.pwsh"\nexit ${code}\n`,
    { mode: 0o755 },
  );

describe('infra/grant-permissions.sh', () => {
  test('grants what is required, leaves Exchange to do, and changes nothing the second time', () => {
    open();
    const first = run();
    expect(first).toMatchObject({ status: 3, stderr: '' });
    expect(first.stdout).toContain('Exchange part still to do');
    expect(granted()).toEqual(required);
    expect(run().status).toBe(3);
    expect(changes()).toHaveLength(2);
  });

  test('grants the optional ones that were chosen, and completes what is partly there', () => {
    open({ assigned: [grant('Directory.Read.All')] });
    expect(run('--passkeys', '--methods', '--sent-items').status).toBe(3);
    const entra = all.filter(({ grantedIn }) => grantedIn === 'entra').map(({ name }) => name);
    expect(granted().sort()).toEqual(entra.sort());
  });

  test('says the plan and changes nothing with --dry-run', () => {
    open();
    const { status, stdout } = run('--dry-run');
    expect(status).toBe(0);
    for (const name of required) expect(stdout).toContain(`grant  ${name} (${idOf(name)})`);
    expect(changes()).toEqual([]);
  });

  test.each([
    ['no', ''],
    ['no', 'yesterday\n'],
    ['yes', 'y\n'],
  ])('asks before it changes anything, and takes as %s: %j', (meaning, reply) => {
    open();
    const args = [join(root, 'infra/grant-permissions.sh'), '--principal-id', principal];
    const { status, stderr } = start([...args, '--senders', 'a@x.org'], reply);
    expect(status).toBe(meaning === 'yes' ? 3 : 1);
    expect(stderr).toBe(meaning === 'yes' ? '' : 'Nothing was changed.\n');
    expect(granted()).toEqual(meaning === 'yes' ? required : []);
  });

  test('sees what is on later pages', () => {
    open({ assigned: [...required, 'Mail.Send'].map(grant), pageSize: 1 });
    const { status, stdout } = run();
    expect(status).toBe(4);
    for (const name of required) expect(stdout).toContain(`has    ${name}`);
    expect(stdout).toContain('REFUSED Mail.Send');
  });

  test.each([
    ['Mail.Send', grant('Mail.Send')],
    ['full_access_as_app', { id: 'old-full', resourceId: 'exchange', appRoleId: 'full' }],
  ])('refuses %s for the whole tenant, and removes it only when told to', (name, assignment) => {
    open({ assigned: [assignment] });
    const refused = run();
    expect(refused.status).toBe(4);
    expect(refused.stdout).toContain(`REFUSED ${name}`);
    expect(refused.stderr).toContain(`--method delete --url https://graph.microsoft.com/`);
    expect(refused.stderr).toContain(`/appRoleAssignments/${assignment.id}`);
    expect(changes()).toEqual([]);
    expect(run('--remove-tenant-wide').status).toBe(3);
    expect(granted()).toEqual(required);
  });

  test('waits for an identity that Graph does not know yet, and not for ever', () => {
    open({ notYet: 3 });
    expect(run().status).toBe(3);
    open({ notYet: 100 });
    const { status, stderr } = run();
    expect(status).toBe(1);
    expect(stderr).toContain('not its client id');
  });

  test('says which role is needed when Graph refuses', () => {
    open({ forbidden: true });
    const { status, stderr } = run();
    expect(status).toBe(1);
    expect(stderr).toContain('Privileged Role Administrator');
  });

  test.each([
    ['--principal-id', 'nonsense'],
    ['--senders', 'a@x.org,$(id)@x.org'],
    ['--senders', ''],
    ['--other', ''],
  ])('refuses %s %s before any call', (option, value) => {
    open();
    expect(run(option, value).status).toBe(2);
    expect(tenant().calls).toEqual([]);
  });

  test('hands the Exchange part to PowerShell, and fails with it', () => {
    open();
    pwsh(0);
    expect(run('--sent-items').status).toBe(0);
    const handed = readFileSync(`${tenantFile()}.pwsh`, 'utf8');
    for (const part of ['-ExchangeOnly', '-SentItems', '-Confirm:$false', "a@x.org,o'b@x.org"]) {
      expect(handed).toContain(`<${part}>`);
    }
    pwsh(1);
    expect(run().status).toBe(1);
  });

  test('prints the Exchange part where PowerShell lacks the module', () => {
    open();
    pwsh(0, 1);
    const { status, stdout } = run('--sent-items');
    expect(status).toBe(3);
    const ids = `-PrincipalId ${principal} -AppId 99999999-2222-4333-8444-555555555555`;
    const command = `./grant-permissions.ps1 -ExchangeOnly ${ids} -Environment Global -SentItems`;
    expect(stdout).toContain(`${command} -Senders "a@x.org,o'b@x.org"`);
  });
});
