import { expect, test } from 'vitest';
import type { World } from '../integration/world.ts';
import { worlds } from '../integration/worlds.ts';
import { ledgerCommand } from './ledgerWorld.ts';

const openWorld = worlds();

/** Two people were told; then the row of the first has what no version of today writes. */
async function worldOfTwo(more: Record<string, unknown>) {
  const world = await openWorld();
  world.append('AdeleV');
  world.append('GradyA');
  await world.pass(3);
  const [first, second] = await world.notifications();
  if (!first || !second) throw new Error('Two were to be told');
  await change(world, first, more);
  return { world, first, second };
}

async function change(world: World, { day, key }: { day: string; key: string }, more: object) {
  const { store } = world.ledger;
  const row = await store.get({ partitionKey: day, rowKey: key });
  if (!row) throw new Error('There is no such row');
  const { etag, ...rest } = row;
  await store.replace({ ...rest, ...more }, etag);
}

test('one row of another version hides no other, and is said', async () => {
  const { world, first, second } = await worldOfTwo({ state: 'parked' });
  const { json, text, code } = await ledgerCommand(world, 'list');
  expect(json.notifications).toEqual([expect.objectContaining({ key: second.key })]);
  expect(json.unreadable).toEqual([{ day: first.day, key: first.key, property: 'state' }]);
  expect(text).toContain(`The row ${first.key} can't be read (state)`);
  expect(code).toBe(1);
});

test.each([{ state: 'parked' }, { state: 'pending', changes: '{' }])(
  'nothing is well where a row is %j',
  async (more) => {
    const { world } = await worldOfTwo(more);
    const { json, code } = await ledgerCommand(world, 'status');
    expect(json).toMatchObject({ unreadable: 1, counts: { sent: 1 } });
    expect(json.attention).toEqual([expect.stringMatching(/^1 can't be read by this version/)]);
    expect(json.senders.reduce((sum: number, { open }: { open: number }) => sum + open, 0)).toBe(
      json.counts.pending,
    );
    expect(code).toBe(1);
  },
);

test('what failed is requeued beside a row that can’t be read', async () => {
  const { world, first, second } = await worldOfTwo({ state: 'failed', changes: '{' });
  await change(world, second, { state: 'failed', reason: 'refused', reasonDetails: '{}' });
  const { json, code } = await ledgerCommand(world, 'requeue', '--state', 'failed', '--yes');
  expect(json.notifications).toEqual([
    expect.objectContaining({ key: second.key, result: 'requeued' }),
  ]);
  expect(json.unreadable).toEqual([expect.objectContaining({ key: first.key })]);
  expect(code).toBe(1);
});

test('a person is erased beside a row that can’t be read, and it is named if it is theirs', async () => {
  const { world, first, second } = await worldOfTwo({ state: 'parked' });
  const purge = (user = '') => ledgerCommand(world, 'purge', '--user', user, '--yes');
  const other = await purge(second.target.id);
  expect(other).toMatchObject({ code: 0, json: { erased: true, unreadable: [] } });
  const theirs = await purge(first.target.id);
  expect(theirs).toMatchObject({ code: 1, json: { unreadable: [{ key: first.key }] } });
  expect(theirs.text).toContain(`this version can't read it: ${first.key}`);
  expect(
    await world.ledger.store.get({ partitionKey: first.day, rowKey: first.key }),
  ).toBeDefined();
});
