import assert from 'node:assert/strict';
import type { Fault } from '../../../local/graph/faults.ts';
import { noise } from './noise.ts';
import type { FaultRow } from './row.ts';
import type { Stage, StageOptions } from './stage.ts';

const group = 'audit log';

/** Changes happen, the log fails for some polls, and then it answers again. */
const failing = (name: string, fault: Fault<'audit'>, options: StageOptions = {}): FaultRow => ({
  name,
  group,
  ...options,
  async run(stage) {
    stage.changes();
    stage.world.advance(10);
    stage.faults.set('audit', fault);
    await stage.minutes(8);
    assert.deepEqual(stage.faults.active(), [], 'the fault was not suffered as often as planned');
    await stage.minutes(3);
  },
});

const wrongClock = (name: string, seconds: number): FaultRow => ({
  name,
  group,
  async run(stage) {
    await stage.minutes(6);
    stage.world.setClockAhead(seconds);
    stage.changes();
    await stage.minutes(8);
    stage.phone('LeeG');
    stage.world.setClockAhead(0);
    await stage.minutes(8);
  },
});

/** Three polls of three tries each. */
const times = 9;

export const auditRows: readonly FaultRow[] = [
  failing('429 with Retry-After', { kind: '429', retryAfter: 20, times }),
  failing('429 with a Retry-After of two minutes', { kind: '429', retryAfter: 120, times: 3 }),
  failing('429 without Retry-After', { kind: '429', times }),
  failing('500', { kind: '500', times }),
  failing('503', { kind: '503', times }),
  failing('504', { kind: '504', times }),
  failing('a connection that never answers', { kind: 'hang', times: 6 }, { patienceMs: 150 }),
  failing('a body cut in the middle', { kind: 'cut', times }),
  failing('HTML in the place of JSON', { kind: 'html', times }),
  failing('a nextLink that loops', { kind: 'loop', times: 4 }),
  failing('an empty page with a nextLink', { kind: 'emptyPage', times: 3 }),
  failing('the same record on two pages', { kind: 'overlappingPages', times: 12 }),
  failing('one record malformed for a while', { kind: 'malformedRecord', times: 2 }),
  {
    name: 'a malformed record among good ones',
    group,
    async run(stage) {
      stage.phone('MeganB');
      stage.world.happen('unparsable');
      stage.changes();
      await stage.minutes(4);
      assert.equal(stage.logged('records.unparsable'), 1);
    },
  },
  {
    name: 'records up to 55 minutes late, after newer ones',
    group,
    async run(stage) {
      // The day's own reading of four days is over by then.
      await stage.minutes(12);
      stage.phone('AdeleV', 55);
      stage.phone('AlexW', 30);
      stage.world.advance(60);
      stage.phone('LeeG');
      stage.pass('DiegoS');
      await stage.minutes(60);
    },
  },
  {
    name: 'the log stands still for five hours',
    group,
    async run(stage) {
      await stage.minutes(12);
      stage.phone('AdeleV', 5 * 60);
      stage.phone('AlexW', 5 * 60 - 1);
      stage.world.advance(3600);
      stage.phone('LeeG', 4 * 60);
      await stage.minutes(250);
    },
  },
  {
    name: 'AuditLog.Read.All is not granted for a day, then it is (403)',
    group,
    async run(stage) {
      stage.faults.set('audit', { kind: 'consentMissing' });
      stage.changes();
      await stage.minutes(5);
      stage.world.advance(86_400);
      await stage.minutes(2);
      stage.phone('MeganB');
      stage.faults.clear();
      await stage.minutes(5);
    },
  },
  { name: 'records up to six hours late, and out of order', group, run: comeLate },
  {
    name: 'records of the watermark’s second that come after it',
    group,
    settings: { OVERLAP_MINUTES: '1' },
    run: shareASecond,
  },
  wrongClock('this machine’s clock five minutes ahead', 300),
  wrongClock('this machine’s clock five minutes behind', -300),
  {
    name: 'a full page of 500, and one more',
    group,
    async run(stage) {
      const start = stage.world.time.getTime();
      stage.world.advance(1500);
      stage.phone('AlexW');
      noise(stage.world, 499, (index) => new Date(start + 1000 + index * 2000));
      stage.world.advance(1);
      stage.phone('AdeleV');
      await stage.minutes(3);
    },
  },
];

/** Within the overlap, and beyond any: those are found by the daily reading. */
async function comeLate(stage: Stage) {
  stage.phone('AdeleV', 6 * 60);
  stage.phone('AlexW', 55);
  stage.world.advance(30);
  stage.phone('DiegoS', 3 * 60);
  stage.phone('MeganB', 1);
  stage.world.advance(30);
  stage.phone('LeeG');
  await stage.minutes(15);
  for (let hour = 0; hour < 17; hour += 1) {
    // Newer rows move the watermark on: the late ones end up far behind it.
    noise(stage.world, 1, () => stage.world.time);
    await stage.minutes(2);
    stage.world.advance(58 * 60);
  }
  await stage.minutes(2);
}

/**
 * The overlap leads back into the second of a record that was read; another one of that second, earlier
 * by a fraction, is listed only now.
 */
async function shareASecond(stage: Stage) {
  const { world, expected } = stage;
  const start = world.time.getTime();
  const timeOf = (seconds: number) =>
    new Date(start + seconds * 1000).toISOString().replace('Z', '0000Z');
  world.append('AdeleV', { time: timeOf(0.95) });
  world.append('AlexW', { time: timeOf(0.1) }, 1.5);
  await stage.minutes(1);
  world.append('LeeG', { time: timeOf(60.9) });
  world.advance(1);
  await stage.minutes(6);
  for (const user of ['AdeleV', 'AlexW', 'LeeG']) expected.add(`${user} registered phone`);
}
