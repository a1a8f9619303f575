import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { graphAppId, type Permission, permissions } from '../../functions/permissions/needed.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const exchangeAppId = '00000002-0000-0ff1-ce00-000000000000';
const all: readonly Permission[] = permissions;

const allowed = new Set(
  [
    'Connect-ExchangeOnline Connect-MgGraph ConvertTo-Json ForEach-Object Format-Table Get-Command',
    'Get-ConnectionInformation Get-Mailbox Get-ManagementScope Get-MgContext Get-Recipient',
    'Get-ServicePrincipal Invoke-Graph Invoke-MgGraphRequest New-ManagementRoleAssignment',
    'New-ManagementScope New-ServicePrincipal Out-Null Out-String Read-Assigned Select-Missing',
    'Select-Object Select-TenantWide Set-ManagementScope Set-StrictMode Sort-Object Start-Sleep',
    'Get-Open Test-Filter Test-ServicePrincipalAuthorization Where-Object Write-Host',
  ].flatMap((line) => line.split(' ')),
);

describe('the scripts and the docs', () => {
  const files = ['grant-permissions.sh', 'grant-permissions.ps1'].map((file) => `infra/${file}`);
  test.each([...files, 'docs/permissions.md'])('%s names every permission, no other', (file) => {
    const text = read(file);
    for (const { name } of all) expect(text).toContain(name);
    const known = [graphAppId, exchangeAppId, ...all.map(({ id }) => id)];
    const ids = text.match(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g) ?? [];
    expect(ids.filter((id) => !known.includes(id))).toEqual([]);
    for (const { id } of all) expect(ids).toContain(id);
  });

  test('docs/permissions.md says of each what needed.ts says', () => {
    for (const { name, id, grantedIn, why, without } of all) {
      const line = read('docs/permissions.md')
        .split('\n')
        .find((row) => row.includes(id));
      const where = grantedIn === 'entra' ? 'Entra' : 'Exchange';
      expect(line).toContain(`\`${name}\``);
      expect(line).toContain(`| ${where} | ${why} | ${without} |`);
    }
  });

  test('the scope is of mailboxes, not of addresses, which may change hands', () => {
    const text = read('infra/grant-permissions.ps1');
    expect(text).toMatch(/\$filter = .*"\(Guid -eq '\$_'\)"/);
    expect(text).not.toMatch(/(?:PrimarySmtpAddress|EmailAddresses) -(?:eq|like) '/);
    const names = [...read('docs/permissions.md').matchAll(/'(Notifier ID[^']*)'/g)];
    expect(names).toHaveLength(3);
    expect(text).toContain('$name = "Notifier $PrincipalId"');
  });

  test('the PowerShell script changes nothing outside ShouldProcess', () => {
    const text = read('infra/grant-permissions.ps1').replace(/<#[\s\S]*?#>/, '');
    expect(text).toContain('SupportsShouldProcess');
    const lines = text.split('\n');
    const acts =
      /^\s*(?:(?:New|Set|Remove)-(?:Service|Management)\w+|Invoke-Graph (?:POST|DELETE|PATCH|PUT))/;
    const found = lines.flatMap((line, at) => (acts.test(line) ? [at] : []));
    expect(found).toHaveLength(6);
    for (const at of found) {
      expect(lines.slice(at - 2, at).join('\n'), lines[at]).toContain('$PSCmdlet.ShouldProcess');
    }
    const code = text.replace(/#.*$/gm, '').replace(/throw .*$/gm, '');
    const used = new Set(code.match(/\b[A-Z][a-z]+-[A-Z]\w+/g));
    expect([...used].filter((name) => !allowed.has(name))).toEqual([]);
    for (const pair of ['{}', '()']) {
      const [opened, closed] = [...pair].map((mark) => text.split(mark).length);
      expect(opened, pair).toBe(closed);
    }
  });
});
