import { expect, test } from 'vitest';
import type { World } from '../integration/world.ts';
import { worlds } from '../integration/worlds.ts';
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
