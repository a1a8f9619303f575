import assert from 'node:assert/strict';
import type { Stage } from './stage.ts';

/** Of a day, only some minutes of each hour are played. */
export async function pass(stage: Stage, minutes: number): Promise<void> {
  if (minutes <= 60) return stage.minutes(minutes);
  for (let hour = 0; hour < minutes / 60; hour += 1) {
    await stage.minutes(3);
    stage.world.advance(57 * 60);
  }
}

/** What happens now is read and told within two minutes. */
export async function isAtWork(stage: Stage): Promise<void> {
  stage.phone('LeeG');
  await stage.minutes(2);
  const { missing } = await stage.tally();
  assert.ok(!missing.includes('LeeG registered phone'), 'not at work two minutes after');
}

/** No mailbox, permission or person is held responsible for what only a token lacked. */
export function nobodyIsBlamed(stage: Stage): void {
  for (const event of ['sender.paused', 'mail.failed', 'passkeys.denied']) {
    assert.equal(stage.logged(event), 0, event);
  }
  const denied = stage.world.events.filter((one) => / denied\b/.test(JSON.stringify(one)));
  assert.deepEqual(denied, [], 'no permission is missing');
}
