import assert from 'node:assert/strict';
import { permissionWatch } from '../../../functions/permissions/watch.ts';
import type { Fault } from '../../../local/graph/faults.ts';
import { notifierAppId } from '../../../local/graph/grants.ts';
import { isAtWork, nobodyIsBlamed, pass } from './aftermath.ts';
import { revokedRows } from './revokedRows.ts';
import type { FaultRow } from './row.ts';
import type { Stage } from './stage.ts';

const group = 'identity';
const hourMs = 3_600_000;

/**
 * Something is due, something new happens, and hosts without a token get none for so long. Two minutes
 * after the endpoint is back each of them is at work, and a change of then is told.
 */
const withoutToken = (name: string, fault: Fault<'identity'>, minutes: number): FaultRow => ({
  name,
  group,
  identity: true,
  ...(fault.kind === 'hang' && { tokenPatienceMs: 400 }),
  async run(stage) {
    stage.phone('MeganB');
    await stage.poll();
    stage.faults.set('identity', fault);
    stage.restart();
    const other = stage.world.twin();
    stage.changes();
    await assert.rejects(other.poll());
    await pass(stage, minutes);
    await assert.rejects(other.poll());
    assert.deepEqual(stage.world.mails, [], 'nothing is sent without a token');
    assert.ok(stage.logged('token.failed') > 0, 'nobody said that there is no token');
    stage.faults.clear();
    await isAtWork(stage);
    await other.poll();
    await stage.minutes(35);
    nobodyIsBlamed(stage);
  },
});

/** What the sweep says of the app's permissions. */
function permissionCheck(stage: Stage) {
  const { config, graph, ledger, now, log } = stage.world;
  const senders = config.SENDER_MAILBOXES;
  const room = { graph, senders, clientId: notifierAppId, extra: [], memory: ledger, now };
  const check = permissionWatch(room);
  return () => check(log);
}

/** The day's first look at the permissions finds no token. */
async function checkWithoutToken(stage: Stage): Promise<void> {
  stage.faults.set('identity', { kind: '500' });
  stage.restart();
  const check = permissionCheck(stage);
  stage.changes();
  for (let sweeps = 0; sweeps < 6; sweeps += 1) {
    await check();
    await stage.minutes(10);
  }
  const said = () => stage.world.events.filter(({ event }) => event.startsWith('permissions.'));
  const events = said().map(({ event }) => event);
  assert.deepEqual(events, ['permissions.unclear'], 'neither all there nor missing');
  stage.faults.clear();
  await stage.minutes(2);
  await check();
  assert.deepEqual(said()[1], { level: 'info', event: 'permissions.checked', mended: false });
  await stage.minutes(35);
}

/** One of two hosts, which take turns at messages, never gets a token. */
async function oneWithoutToken(stage: Stage): Promise<void> {
  const { world } = stage;
  stage.faults.set('identity', { kind: 'refused' });
  const without = world.twin();
  stage.changes();
  let taken = 0;
  for (let second = 0; second < 35 * 60; second += 1) {
    if (second % 60 === 0) {
      await world.poll();
      await assert.rejects(without.poll());
    }
    for (const row of stage.queue.take(world.now())) {
      await (taken % 2 === 0 ? without : world).deliver(row);
      taken += 1;
    }
    world.advance(1);
  }
  const failed = without.events.filter(({ event }) => event === 'people.unavailable');
  assert.ok(failed.length > 0 && failed.every(({ kind }) => kind === 'token'));
  assert.ok(!without.events.some(({ event }) => event === 'mail.sent'));
  nobodyIsBlamed(stage);
}

export const identityRows: readonly FaultRow[] = [
  ...(['refused', '429', '500', 'reset', 'html', 'cut', 'expired', 'hang'] as const).map((kind) =>
    withoutToken(`no token for ten minutes: ${kind}`, { kind }, 10),
  ),
  withoutToken('no token for an hour', { kind: '500' }, 60),
  withoutToken('no token for a day', { kind: 'refused' }, 24 * 60),
  {
    name: 'no renewal from half of the token’s life on, for eleven hours: nobody notices',
    group,
    identity: true,
    async run(stage) {
      stage.world.advance((12 * hourMs) / 1000);
      stage.faults.set('identity', { kind: 'reset' });
      for (const user of ['MeganB', 'LeeG', 'AlexW']) {
        stage.phone(user);
        await stage.minutes(4);
        assert.equal((await stage.tally()).missing.length, 0, 'told during the outage');
        stage.world.advance((3.5 * hourMs) / 1000);
      }
      stage.faults.clear();
      await stage.minutes(5);
      assert.equal(stage.logged('poll.failed'), 0);
      nobodyIsBlamed(stage);
    },
  },
  {
    name: 'tokens of two minutes each',
    group,
    identity: true,
    async run(stage) {
      stage.faults.set('identity', { kind: 'shortLived' });
      stage.restart();
      stage.changes();
      await stage.minutes(10);
      nobodyIsBlamed(stage);
    },
  },
  ...revokedRows,
  {
    name: 'no token when the permissions are looked at',
    group,
    identity: true,
    run: checkWithoutToken,
  },
  { name: 'one of two processes never gets a token', group, identity: true, run: oneWithoutToken },
  {
    name: 'neither Graph nor storage accepts this host for an hour',
    group,
    identity: true,
    async run(stage) {
      stage.phone('MeganB');
      await stage.poll();
      stage.faults.set('identity', { kind: '500' });
      stage.restart();
      const fate = () => ({ status: 401 });
      [stage.table.rule, stage.queueTap.rule] = [fate, fate];
      stage.changes();
      await stage.minutes(60);
      [stage.table.rule, stage.queueTap.rule] = [() => 'pass', () => 'pass'];
      stage.faults.clear();
      await isAtWork(stage);
      await stage.minutes(60);
      nobodyIsBlamed(stage);
    },
  },
];
