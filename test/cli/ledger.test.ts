import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { columns } from '../../cli/columns.ts';
import { ledgerProgram } from '../../cli/ledger/commands.ts';
import { reference } from '../../functions/ledger/keys.ts';
import { contosoGroups } from '../../local/graph/contosoGroups.ts';
import { userRegistersOne } from '../../local/graph/happenings/passkey.ts';
import { emulator } from '../../local/graph/passkeyMethods.ts';
import { worlds } from '../integration/worlds.ts';
import { failed, ledgerCommand, onlyOne } from './ledgerWorld.ts';

const openWorld = worlds();

const told = async (settings: Record<string, string> = {}) => {
  const world = await openWorld(settings);
  world.append('AdeleV');
  await world.pass(3);
  return { world, row: await onlyOne(world) };
};

test('status says that all is well, and what is not', async () => {
  const { world } = await told();
  const well = await ledgerCommand(world, 'status');
  expect(well).toMatchObject({ code: 0, json: { counts: { sent: 1, failed: 0 }, attention: [] } });
  world.advance(3600);
  const late = await ledgerCommand(world, 'status');
  expect(late.code).toBe(1);
  expect(late.text).toMatch(/last read to its end/);
});

test('status minds how often is polled', async () => {
  const { world } = await told({ POLL_SCHEDULE: '0 0 * * * *' });
  world.advance(50 * 60);
  expect(await ledgerCommand(world, 'status')).toMatchObject({ code: 0, json: { attention: [] } });
  world.advance(50 * 60);
  expect((await ledgerCommand(world, 'status')).text).toMatch(/last read to its end/);
});

test('status names what failed', async () => {
  const world = await openWorld();
  await failed(world, false);
  expect(await ledgerCommand(world, 'status')).toMatchObject({
    code: 1,
    json: { counts: { failed: 1 }, attention: [expect.stringContaining('1 failed')] },
  });
});

test('list gives newest first, and only what is asked for', async () => {
  const { world, row } = await told();
  world.advance(3600);
  world.append('GradyA');
  await world.pass(3);
  const all = await ledgerCommand(world, 'list');
  expect(all.json.notifications).toHaveLength(2);
  expect(all.json.notifications[1].reference).toBe(reference(row));
  for (const user of [row.target.id ?? '', 'ADELEV@contoso.example']) {
    const hers = await ledgerCommand(world, 'list', '--user', user);
    expect(hers.json.notifications).toMatchObject([{ key: row.key }]);
  }
  expect((await ledgerCommand(world, 'list', '--limit', '1')).json.more).toBe(true);
  expect((await ledgerCommand(world, 'list', '--state', 'failed')).json.notifications).toEqual([]);
});

test('list and show say which authenticator is not what it says', async () => {
  const world = await openWorld();
  const script = userRegistersOne(emulator);
  world.simulator.perform({ person: 'AdeleV@contoso.example', script });
  await world.pass(4);
  const { text, json } = await ledgerCommand(world, 'list');
  expect(text).toMatch(/passkey registered\s+\S+@\S+\s+program\s/);
  const [row] = json.notifications;
  expect(row.authenticator).toBe('program');
  expect((await ledgerCommand(world, 'show', row.key)).text).toMatch(/Authenticator\s+program/);
});

test('show tells the whole story, however the reference is typed', async () => {
  const { world, row } = await told();
  const [audit] = await world.ledger.auditsOf(row);
  const file = join(mkdtempSync(join(tmpdir(), 'ledger-')), 'mail.html');
  for (const ref of [reference(row), reference(row).replace('-', '').toLowerCase(), row.key]) {
    const { text, json } = await ledgerCommand(world, 'show', ref, '--html', file);
    expect(text).toContain(audit?.auditId);
    expect(text).toContain('phone registered');
    expect(json.notification.key).toBe(row.key);
    expect(json.mail.subject).toBe(world.mails[0]?.subject);
  }
  expect(readFileSync(file, 'utf8')).toContain(reference(row));
  await expect(ledgerCommand(world, 'show', '0000-0000')).rejects.toThrow(
    /every day that it holds/,
  );
});

test('show goes by the log where people may not be read, and says so', async () => {
  const { world, row } = await told();
  world.simulator.faults.set('users', { kind: 'consentMissing' });
  const { text } = await ledgerCommand(world, 'show', reference(row));
  expect(text).toMatch(/user not looked up: denied: from what the log says/);
  expect(text).toContain('AdeleV@contoso.example');
});

test('show does not say of somebody whose groups it may not read that they are not in the pilot', async () => {
  const pilot = contosoGroups.find(({ displayName }) => displayName === 'Pilot');
  const { world, row } = await told({ INCLUDED_GROUPS: pilot?.id ?? '' });
  world.simulator.faults.set('users', { kind: 'consentMissing' });
  world.advance(600);
  const { text } = await ledgerCommand(world, 'show', reference(row));
  expect(text).toMatch(/from what the log says/);
  expect(text).toContain('AdeleV@contoso.example');
});

test('explain tells what a record was taken for, from the ledger, the log, or neither', async () => {
  const { world, row } = await told();
  const [audit] = await world.ledger.auditsOf(row);
  const id = audit?.auditId ?? '';
  const both = await ledgerCommand(world, 'explain', id);
  expect(both).toMatchObject({
    code: 0,
    json: {
      notification: { reference: reference(row), state: 'sent' },
      explanation: { verdict: 'change', changes: [{ action: 'registered', method: 'phone' }] },
    },
  });
  world.simulator.faults.set('audit', { kind: 'consentMissing' });
  const ledgerOnly = await ledgerCommand(world, 'explain', id);
  expect(ledgerOnly).toMatchObject({ code: 0, json: { log: 'notRead', explanation: null } });
  expect(ledgerOnly.text).toContain(reference(row));
  world.simulator.faults.clear();
  world.append('AdeleV', { id: "it's a new one" });
  const logOnly = await ledgerCommand(world, 'explain', "it's a new one");
  expect(logOnly).toMatchObject({ code: 0, json: { ledger: null, log: 'found' } });
  const neither = await ledgerCommand(world, 'explain', "x' or id ne '");
  expect(neither).toMatchObject({ code: 1, json: { ledger: null, log: 'absent' } });
});

test.each([
  [['stauts'], /Did you mean status\?/],
  [['list', '--state', 'faild'], /Did you mean failed\?/],
  [['list', '--limit', '0'], /--limit is "0"/],
  [['list', '--user', 'Adele'], /is neither\. Give a user principal name/],
  [['list', '--since', 'yesterday'], /--since is "yesterday"/],
  [['show'], /missing required argument 'reference'/],
  [['show', 'hello'], /no reference/],
  [['explain', 'a', 'b'], /too many arguments/],
  [['requeue', '--state', 'sent'], /Only failed and undeliverable/],
  [['purge'], /--user is missing/],
  [['purge', '--user', 'adele'], /object id/],
  [['purge', '--user', 'a@b', '--force'], /--force/],
])('what was given wrong is said: %o', async (argv, says) => {
  const world = await openWorld();
  await expect(ledgerCommand(world, ...argv)).rejects.toThrow(says);
});

test('help is there for all, and for each', () => {
  const program = ledgerProgram(async () => {});
  expect(program.helpInformation()).toMatch(/ status .* list /s);
  const purge = program.commands.find((command) => command.name() === 'purge');
  expect(purge?.helpInformation()).toContain("It can't be undone");
});

test('a table is cut to the terminal, and says so', () => {
  const rows = [
    ['A', 'BCDEFGH'],
    ['IJ', 'K'],
  ];
  expect(columns(rows)).toBe('A   BCDEFGH\nIJ  K');
  expect(columns(rows, 11)).toBe(columns(rows));
  expect(columns(rows, 8).split('\n')).toEqual([
    'A   BCD…',
    'IJ  K',
    expect.stringMatching(/^Cut at 8/),
  ]);
});
