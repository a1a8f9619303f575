import { expect, test } from 'vitest';
import { readConfig } from '../../functions/config/config.ts';
import { MemoryQueue } from '../../functions/ledger/memoryQueue.ts';
import { StorageFailure } from '../../functions/ledger/store.ts';
import { CoverageWorld, idOf } from '../coverage/coverageWorld.ts';
import { commandWith } from './ledgerWorld.ts';

const environment = {
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  SENDER_MAILBOXES: 'security@contoso.example',
  GRAPH_BASE_URL: 'http://127.0.0.1:9',
};

const command = (world: CoverageWorld, ...argv: string[]) => {
  const { graph, ledger, now, wait } = world.room();
  const rooms = {
    config: readConfig(environment),
    graph,
    ledger,
    now,
    wait,
    queue: new MemoryQueue(),
  };
  return commandWith(rooms, world.register, ...argv);
};
const gapsOf = (world: CoverageWorld, ...argv: string[]) => command(world, 'gaps', ...argv);

test('says that nobody has looked, and that all is well', async () => {
  const world = new CoverageWorld(3);
  const before = await gapsOf(world);
  expect(before).toMatchObject({ code: 1, json: { looked: null } });
  await world.look();
  const { text, code, json } = await gapsOf(world);
  expect(code).toBe(0);
  // Programs need not ask first whether somebody has looked.
  expect(Object.keys(before.json as object)).toEqual(Object.keys(json as object));
  expect(text).toContain('3 people');
  expect(text).toContain('No gap is known.');
});

test('lists who waits and who was told of, with the day before', async () => {
  const world = new CoverageWorld(9);
  world.gets(1, 'phone');
  world.gets(2, 'phone');
  await world.look();
  world.gets(1, 'softwareOath');
  await world.nextDay();
  world.loses(2, 'phone');
  await world.nextDay();
  const { text, json, code } = await gapsOf(world);
  expect(code).toBe(1);
  expect(json.people).toEqual([
    expect.objectContaining({
      user: idOf(1),
      change: '+softwareOneTimePasscode',
      had: ['mobilePhone'],
      has: ['mobilePhone', 'softwareOneTimePasscode'],
      state: 'TOLD',
    }),
    expect.objectContaining({ user: idOf(2), change: '-mobilePhone', has: [], state: 'WAITING' }),
  ]);
  expect(text).toMatch(new RegExp(`${idOf(2)}\\s+-mobilePhone\\s+mobilePhone\\s+–\\s+2026-11-04`));
});

test('lists them when the report is at fault, too, and says so', async () => {
  const world = new CoverageWorld(100);
  for (let number = 0; number < 100; number += 1) world.gets(number, 'phone');
  await world.look();
  world.faults.set('registrations', { kind: 'blank' });
  await world.nextDay();
  const { text, json } = await gapsOf(world, '--limit', '30');
  expect(json).toMatchObject({ doubtful: true, open: 100 });
  expect(json.people).toHaveLength(30);
  expect(text).toContain('100 at once: the report is probably at fault.');
  expect(text).toContain('70 more: raise --limit.');
});

test('purge takes the row of somebody who asked for it', async () => {
  const world = new CoverageWorld(3);
  world.gets(1, 'phone');
  await world.look();
  const purge = ['purge', '--user', idOf(1)];
  const asked = await command(world, ...purge);
  expect(asked).toMatchObject({ code: 1, json: { erased: false, methodsDeleted: 1 } });
  expect(await world.register.find(idOf(1))).toBeDefined();
  expect(await command(world, ...purge, '--yes')).toMatchObject({ json: { erased: true } });
  expect(await world.register.find(idOf(1))).toBeUndefined();
  expect(await command(world, ...purge)).toMatchObject({ code: 0, json: { methodsDeleted: 0 } });
  // Whom the report names still is in the register again, as if new.
  await world.nextDay();
  expect(await world.openOf(1)).toEqual([]);
  expect(await world.register.find(idOf(1))).toBeDefined();
});

test('purge by a name that no row joins with an id says what it could not look for', async () => {
  const world = new CoverageWorld(3);
  world.gets(1, 'phone');
  await world.look();
  const { text, code, json } = await command(world, 'purge', '--user', 'someone@contoso.example');
  expect(json).toMatchObject({ erased: false, user: { id: null } });
  expect(text).toMatch(/^By this name .* Give the object id\.$/);
  expect(code).toBe(1);
});

test.each(['none', '-5', '0', '1.5'])('a --limit of %s is refused', async (limit) => {
  await expect(gapsOf(new CoverageWorld(1), '--limit', limit)).rejects.toThrow(
    'Give a number from 1 to 999999',
  );
});

test('a register that was never made is no failure', async () => {
  const world = new CoverageWorld(1);
  world.store.get = async () => {
    throw new StorageFailure('no table', { status: 404, code: 'TableNotFound' });
  };
  expect(await gapsOf(world)).toMatchObject({ code: 1, json: { looked: null } });
});
