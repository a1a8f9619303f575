import assert from 'node:assert/strict';
import { noise } from './noise.ts';
import type { FaultRow } from './row.ts';
import type { Stage } from './stage.ts';
import { asks, type Fate } from './tap.ts';

const group = 'clock ten minutes off';
const tenMinutes = 600;

/** Each message comes twice; the second host takes it up while the first is sending. */
const secondHost = (name: string, seconds: number): FaultRow => ({
  name: `${name}, each message delivered to both hosts`,
  group,
  async run(stage) {
    const { world } = stage;
    // Nothing tells the second host what the first has sent.
    stage.faults.set('sentItems', { kind: 'consentMissing' });
    const twin = world.twin();
    twin.setClockAhead(seconds);
    stage.changes();
    for (let minute = 0; minute < 3; minute += 1) {
      await stage.poll();
      for (let second = 0; second < 60; second += 1) {
        for (const row of stage.queue.take(world.now())) {
          stage.graph.rule = async (passage): Promise<Fate> => {
            if (!asks.toSend(passage)) return 'pass';
            stage.graph.rule = () => 'pass';
            await twin.deliver(row);
            return 'pass';
          };
          await world.deliver(row);
          stage.graph.rule = () => 'pass';
        }
        world.advance(1);
      }
    }
    await stage.minutes(10);
  },
});

/** The clock is set while a poll reads many pages, five requests in ten seconds. */
async function setWhileReading(stage: Stage) {
  const { world } = stage;
  await stage.minutes(1);
  const start = world.time.getTime();
  world.advance(3000);
  noise(world, 5000, (index) => new Date(start + index * 500));
  stage.changes();
  let asked = 0;
  stage.graph.rule = (passage) => {
    if (asks.forRows(passage)) asked += 1;
    if (asked === 4) world.setClockAhead(-tenMinutes);
    return 'pass';
  };
  const began = world.time.getTime();
  await stage.poll();
  assert.ok(asked > 8, `only ${asked} requests`);
  const tookSeconds = (world.time.getTime() - began) / 1000;
  assert.ok(tookSeconds < 90, `the poll took ${tookSeconds} s`);
  stage.graph.rule = () => 'pass';
  await stage.minutes(12);
}

export const clockRows: readonly FaultRow[] = [
  secondHost('a second host ahead', tenMinutes),
  secondHost('a second host behind', -tenMinutes),
  { name: 'a clock that is set back while a poll reads', group, run: setWhileReading },
];
