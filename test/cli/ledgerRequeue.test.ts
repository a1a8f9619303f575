import { expect, test } from 'vitest';
import { reference } from '../../functions/ledger/keys.ts';
import { worlds } from '../integration/worlds.ts';
import { failed, ledgerCommand, onlyOne } from './ledgerWorld.ts';

const openWorld = worlds();

test('what failed and was not sent is sent exactly once', async () => {
  const world = await openWorld();
  const row = await failed(world, false);
  const asked = await ledgerCommand(world, 'requeue', reference(row));
  expect(asked.code).toBe(1);
  expect(asked.text).toContain('It is not in Sent Items');
  expect(await world.stateOf(row)).toEqual(row);
  const done = await ledgerCommand(world, 'requeue', '--state', 'failed', '--yes');
  expect(done).toMatchObject({ code: 0, json: { notifications: [{ result: 'requeued' }] } });
  await world.pass(5);
  expect(world.mails).toHaveLength(1);
  expect((await onlyOne(world)).state).toBe('sent');
  const again = await ledgerCommand(world, 'requeue', row.key, '--yes');
  expect(again).toMatchObject({ code: 1, json: { notifications: [{ result: 'refused' }] } });
});

test('what is in Sent Items is not sent again', async () => {
  const world = await openWorld();
  const row = await failed(world, true);
  const before = world.mails.length;
  const { text } = await ledgerCommand(world, 'requeue', reference(row), '--yes');
  expect(text).toContain('It is in Sent Items');
  await world.pass(5);
  expect(world.mails).toHaveLength(before);
  expect(await onlyOne(world)).toMatchObject({
    state: 'sent',
    outcome: { foundInSentItems: true },
  });
});

test('where nobody may look, it warns of a second mail', async () => {
  const world = await openWorld();
  const row = await failed(world, true);
  world.simulator.faults.set('sentItems', { kind: 'consentMissing' });
  const { text } = await ledgerCommand(world, 'requeue', reference(row));
  expect(text).toContain('SECOND MAIL');
});

test('what somebody moves meanwhile is left', async () => {
  const world = await openWorld();
  const row = await failed(world, false);
  const { graph, ledger } = world;
  let moved = false;
  world.graph = {
    ...graph,
    origin: graph.origin,
    post: graph.post,
    sendMail: graph.sendMail,
    get: async (path, options) => {
      const stored = moved ? undefined : await ledger.get(row);
      moved = true;
      if (stored) await ledger.replace(stored.notification, stored.etag);
      return graph.get(path, options);
    },
  };
  const { code, text } = await ledgerCommand(world, 'requeue', reference(row), '--yes');
  expect(code).toBe(1);
  expect(text).toContain('moved it meanwhile');
  expect((await onlyOne(world)).state).toBe('failed');
});
