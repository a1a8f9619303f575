import { expect, test } from 'vitest';
import type { Lanes } from '../../functions/ledger/lanes.ts';
import { Ledger } from '../../functions/ledger/ledger.ts';
import { MemoryStore } from '../../functions/ledger/memoryStore.ts';
import { emptyLane, laneRules, nextSlot } from '../../functions/pacing/lane.ts';
import { PlannedLanes } from '../../functions/pacing/plannedLanes.ts';
import { now } from './lanes.ts';

const sender = 'a@contoso.example';

/** The lanes with so many slots more, two recipients each. */
function more(lanes: Lanes, slots: number): Lanes {
  let lane = lanes[sender] ?? emptyLane;
  const rules = laneRules(30, undefined, now);
  for (let slot = 0; slot < slots; slot += 1) {
    lane = nextSlot(lane, now.getTime(), 2, rules).lane;
  }
  return { ...lanes, [sender]: lane };
}

test('recipients of planners who met are all counted, each once', async () => {
  const ledger = new Ledger(new MemoryStore());
  const open = async () => new PlannedLanes(ledger, await ledger.readState());
  const first = await open();
  first.set(more(first.now, 10));
  await first.save();
  const [one, other] = [await open(), await open()];
  one.set(more(one.now, 5));
  other.set(more(other.now, 3));
  await one.save();
  await other.save();
  // It has saved what it knew, and goes on from there.
  other.set(more(other.now, 1));
  await other.save();
  const { lanes } = await ledger.readState();
  const counted = lanes?.value[sender]?.hours.reduce((sum, [, count]) => sum + count, 0);
  expect(counted).toBe(2 * (10 + 5 + 3 + 1));
});
