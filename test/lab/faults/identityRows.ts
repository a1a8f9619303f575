import assert from 'node:assert/strict';
import type { Fault, FaultTarget } from '../../../local/graph/faults.ts';
import type { FaultRow } from './row.ts';
import type { Stage } from './stage.ts';

const group = 'identity';
const hourMs = 3_600_000;

/** Something is due, something new happens, and a host without a token gets none for so long. */
const withoutToken = (name: string, fault: Fault<'identity'>, minutes: number): FaultRow => ({
  name,
  group,
  identity: true,
  async run(stage) {
    stage.phone('MeganB');
    await stage.poll();
    stage.faults.set('identity', fault);
    stage.restart();
    stage.changes();
    await pass(stage, minutes);
    assert.deepEqual(stage.world.mails, [], 'nothing is sent without a token');
    assert.ok(stage.logged('token.failed') > 0, 'nobody said that there is no token');
    stage.faults.clear();
    const polled = stage.logged('poll.finished');
    await stage.minutes(2);
    assert.ok(stage.logged('poll.finished') > polled, 'not at work two minutes after');
    await stage.minutes(35);
    nobodyIsBlamed(stage);
  },
});

/** Of a day, only some minutes of each hour are played. */
async function pass(stage: Stage, minutes: number): Promise<void> {
  if (minutes <= 60) return stage.minutes(minutes);
  for (let hour = 0; hour < minutes / 60; hour += 1) {
    await stage.minutes(3);
    stage.world.advance(57 * 60);
  }
}

function nobodyIsBlamed(stage: Stage): void {
  for (const event of ['sender.paused', 'mail.failed', 'passkeys.denied']) {
    assert.equal(stage.logged(event), 0, event);
  }
}

/** Graph does not accept the token of requests of one kind. */
const refusedAt = (target: FaultTarget): FaultRow => ({
  name: `the token is revoked: 401 at ${target} for ten minutes`,
  group,
  identity: true,
  async run(stage) {
    stage.phone('MeganB');
    await stage.poll();
    stage.faults.set(target, { kind: '401' } as Fault);
    // Only a send in doubt looks there.
    if (target === 'sentItems') stage.faults.set('sendMail', { kind: '504kept', times: 2 });
    stage.changes();
    await stage.minutes(10);
    stage.faults.clear();
    await stage.minutes(35);
    nobodyIsBlamed(stage);
    const doubts = target === 'sentItems' ? 2 : 0;
    assert.equal(stage.logged('mail.unknown'), doubts, 'sends in doubt');
  },
});

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
  ...(['audit', 'users', 'methods', 'sendMail', 'sentItems'] as const).map(refusedAt),
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
      await stage.minutes(2);
      await stage.minutes(60);
      nobodyIsBlamed(stage);
    },
  },
];
