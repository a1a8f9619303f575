import { expect, test } from 'vitest';
import {
  exchangeAppId,
  flagOf,
  graphAppId,
  messageTraceAppId,
  type Permission,
  permissions,
} from '../../functions/permissions/needed.ts';
import { read } from './deployed.ts';

const all: readonly Permission[] = permissions;
const docs = read('docs/permissions.md');
const script = read('infra/grant-exchange.ps1');

test('docs/permissions.md says of each permission what needed.ts says, and names no other', () => {
  for (const { name, id, grantedIn, why, without, option } of all) {
    const line = docs.split('\n').find((row) => row.includes(id));
    const where = grantedIn === 'entra' ? 'Entra' : 'Exchange';
    const optional = option ? ` (optional: \`${flagOf(option)}\`)` : '';
    expect(line).toContain(`| \`${name}\`${optional} |`);
    expect(line).toContain(`| ${where} | ${why} | ${without} |`);
  }
  const known = [graphAppId, exchangeAppId, messageTraceAppId, ...all.map(({ id }) => id)];
  const ids = docs.match(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g) ?? [];
  expect(ids.filter((id) => !known.includes(id))).toEqual([]);
});

test('whatever is optional has an option, and nothing else has', () => {
  for (const { option, need } of all) expect(option !== undefined).toBe(need === 'optional');
});

test('the script for Exchange assigns the very roles, and its scope is of mailboxes', () => {
  const named = new Set(script.match(/Application Mail\.\w+/g));
  const exchange = all.filter(({ grantedIn }) => grantedIn === 'exchange');
  expect([...named]).toEqual(exchange.map(({ name }) => `Application ${name}`));
  expect(script).toMatch(/\$filter = .*"\(Guid -eq '\$_'\)"/);
  expect(script).not.toMatch(/(?:PrimarySmtpAddress|EmailAddresses) -(?:eq|like) '/);
  // What the docs take back is what the script has made.
  expect([...docs.matchAll(/'(Notifier ID[^']*)'/g)]).toHaveLength(3);
  expect(script).toContain('$name = "Notifier $PrincipalId"');
});

test('the script changes nothing but behind a question', () => {
  const lines = script.replace(/<#[\s\S]*?#>/, '').split('\n');
  const acts = /^\s*(?:New|Set|Remove)-(?:Service|Management|Mailbox)\w*/;
  const found = lines.flatMap((line, at) => (acts.test(line) ? [at] : []));
  expect(found).toHaveLength(5);
  for (const at of found)
    expect(lines.slice(at - 2, at).join('\n'), lines[at]).toContain('Test-Step');
});
