import { expect, test } from 'vitest';
import { notificationRef } from '../../functions/ledger/keys.ts';
import { otherAddresses } from '../../functions/people/otherAddresses.ts';
import type { World } from '../integration/world.ts';
import { worlds } from '../integration/worlds.ts';
import { newRow } from '../lab/machine/newRow.ts';
import { change } from '../mail/cases.ts';
import { ledgerCommand, onlyOne } from './ledgerWorld.ts';

const openWorld = worlds();

/** Everything that the ledger holds, as text. */
const everything = async ({ ledger }: World) => {
  const rows: string[] = [];
  for await (const row of ledger.store.query({})) rows.push(JSON.stringify(row));
  return rows.join('\n').toLowerCase();
};

const dayMs = 86_400;

test('without --yes nothing is touched', async () => {
  const world = await openWorld();
  world.append('AdeleV');
  await world.pass(3);
  const before = await everything(world);
  const { code, json } = await ledgerCommand(world, 'purge', '--user', 'AdeleV@contoso.example');
  expect(code).toBe(1);
  expect(json).toMatchObject({
    erased: false,
    notificationsDeleted: { sent: 1 },
    auditRowsBlanked: 1,
  });
  expect(await everything(world)).toBe(before);
});

test('who was erased is told nothing again, by polls or by the daily reading', async () => {
  const world = await openWorld();
  world.append('AdeleV');
  await world.pass(3);
  const { target } = await onlyOne(world);
  const { code } = await ledgerCommand(world, 'purge', '--user', target.id ?? '', '--yes');
  expect(code).toBe(0);
  const left = await everything(world);
  expect(left).not.toContain('adelev');
  expect(left).not.toContain(target.id);
  expect(left).not.toContain('authentication methods_');
  await world.pass(3);
  for (let day = 0; day < 5; day += 1) {
    await world.sweep();
    world.advance(dayMs);
    await world.poll();
  }
  await world.pass(3);
  expect(world.mails).toHaveLength(1);
  expect(await world.notifications()).toEqual([]);
  expect((await ledgerCommand(world, 'purge', '--user', target.id ?? '')).code).toBe(0);
});

test('rows too old to be read again are deleted', async () => {
  const world = await openWorld();
  world.append('AdeleV');
  await world.pass(3);
  world.advance(6 * dayMs);
  await world.poll();
  const { json } = await ledgerCommand(world, 'purge', '--user', 'AdeleV@contoso.example', '--yes');
  expect(json).toMatchObject({ auditRowsDeleted: 1, auditRowsBlanked: 0 });
  expect(await everything(world)).not.toContain('~a~');
  await world.pass(3);
  expect(world.mails).toHaveLength(1);
});

test('what is not final is left, and said', async () => {
  const world = await openWorld();
  world.append('AdeleV');
  await world.poll();
  const row = await onlyOne(world);
  const { code, text } = await ledgerCommand(
    world,
    'purge',
    '--user',
    row.target.id ?? '',
    '--yes',
  );
  expect(code).toBe(1);
  expect(text).toMatch(/Not final, so left as it is: .*pending/);
  await world.pass(3);
  expect(world.mails).toHaveLength(1);
});

test('who acted is taken out of what others were told, and nothing else is', async () => {
  const world = await openWorld();
  const { id, userPrincipalName } = world.simulator.directory.get('GradyA@contoso.example');
  world.append('AdeleV', {
    activity: 'Admin registered security info',
    reason: 'Admin registered phone method for user',
    by: { id, userPrincipalName, displayName: 'Grady' },
  });
  await world.pass(3);
  const before = await onlyOne(world);
  expect(before.changes[0]?.initiator).toMatchObject({ kind: 'administrator', id });
  await ledgerCommand(world, 'purge', '--user', id, '--yes');
  const after = await onlyOne(world);
  expect(after.changes[0]?.initiator).toEqual({ kind: 'administrator' });
  expect(after.target).toEqual(before.target);
  const left = await everything(world);
  expect(left).not.toContain('grady');
  expect(left).not.toContain('203.0.113.7');
});

test('a person is found, and taken out, wherever the row of another names them', async () => {
  const world = await openWorld();
  const { id, userPrincipalName } = world.simulator.directory.get('GradyA@contoso.example');
  const grady = { id, userPrincipalName, displayName: 'Grady' };
  const told = change({ target: { id: 'u1' }, initiator: { kind: 'unknown' }, auditId: 'a1' });
  const made = { kind: 'administrator', id, userPrincipalName, name: 'Grady' } as const;
  const final = { ...newRow(1, world.time), state: 'sent', target: { id: 'u1' } } as const;
  const evidence = [{ kind: 'x', time: told.time, auditId: 'second-row', marks: ['phone:12'] }];
  const summary = { users: 60, from: told.time, to: told.time };
  const rows = [
    // Who made it became known later.
    { ...final, changes: [{ ...told, late: { initiator: made } }] },
    { ...final, summary: { ...summary, accounts: ['a@contoso.example', userPrincipalName] } },
    // The change of a summary is that of one of very many.
    { ...final, summary, target: grady, changes: [{ ...told, target: grady, evidence }] },
  ];
  for (const [index, row] of rows.entries()) {
    await world.ledger.insert({ ...row, ...notificationRef(told.time, `row ${index}`) });
  }
  const { json } = await ledgerCommand(world, 'purge', '--user', id, '--yes');
  expect(json).toMatchObject({ notificationsDeleted: {}, notificationsBlanked: { sent: 3 } });
  const left = await everything(world);
  for (const one of [id, 'grady', 'second-row', 'phone:12']) expect(left).not.toContain(one);
  expect(left).toContain('a@contoso.example');
  expect(await world.notifications()).toHaveLength(3);
});

test('what was written over their addresses goes, and a new address is trusted no sooner for it', async () => {
  const world = await openWorld();
  const [mine, others] = [
    'c0a70500-7e4a-4c1d-9b6e-0000000000aa',
    'c0a70500-7e4a-4c1d-9b6e-0000000000bb',
  ];
  const [home, evil] = ['adele@home.example', 'evil@evil.example'];
  const written = (userId: string, auditId: string, at: string) => ({
    userId,
    auditId,
    at,
    before: [home],
    after: [evil],
  });
  await world.ledger.noteAddresses(
    [
      written(mine, 'a0', '2026-10-01T09:00:00Z'),
      written(mine, 'a1', '2026-11-01T09:00:00Z'),
      written(mine, 'a2', '2026-11-24T08:00:00Z'),
      written(others, 'a3', '2026-11-24T08:00:00Z'),
    ],
    world.time,
  );
  const { json } = await ledgerCommand(world, 'purge', '--user', mine.toUpperCase(), '--yes');
  expect(json).toMatchObject({ addressChangesDeleted: 1, addressChangesBlanked: 2 });
  const left = await everything(world);
  expect(left).not.toContain(mine);
  expect(left.match(/adele@home\.example/g)).toHaveLength(1);
  expect(left.match(/evil@evil\.example/g)).toHaveLength(1);
  const changes = await world.ledger.readAddresses(mine, new Date('2026-10-25T09:00:00Z'));
  const told = (otherMails: string[]) =>
    otherAddresses({ mail: null, otherMails }, changes, world.time);
  expect(told([evil])).toEqual([]);
  expect(told([evil, home])).toEqual([home]);
  const again = await ledgerCommand(world, 'purge', '--user', mine, '--yes');
  expect(again.json).toMatchObject({ addressChangesDeleted: 0, addressChangesBlanked: 0 });
});

test('raw text of what could not be parsed goes, and is not kept a second time', async () => {
  const world = await openWorld();
  const { id } = world.simulator.directory.get('AdeleV@contoso.example');
  world.append('AdeleV', { result: 7 as never });
  await world.poll();
  expect(await everything(world)).toContain('"raw":');
  const { json } = await ledgerCommand(world, 'purge', '--user', id, '--yes');
  expect(json.keptAsideBlanked).toBe(1);
  world.advance(60);
  await world.poll();
  expect(await everything(world)).not.toContain(id);
});
