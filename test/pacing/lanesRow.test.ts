import { describe, expect, test } from 'vitest';
import { mostSenders } from '../../functions/config/parsers.ts';
import type { Lane, Lanes } from '../../functions/ledger/lanes.ts';
import { lanesText, storedLanes } from '../../functions/ledger/lanesText.ts';
import { lanesEntity } from '../../functions/ledger/progress.ts';
import { emptyLane, endOf, laneRules, nextSlot, urgentSlot } from '../../functions/pacing/lane.ts';
import { planSends } from '../../functions/pacing/plan.ts';
import { minute, now, rows, senders } from './lanes.ts';

const hour = 60 * minute;

/** What an urgent mail takes no more of, in a lane that holds so many. */
const full = 1000;

/** A lane of short runs with gaps between them, and urgent mails in all of it that may be. */
function fullLane(rate: number, gap: number): Lane {
  const rules = laneRules(rate, undefined, now);
  let lane: Lane = emptyLane;
  let due = now.getTime();
  for (let mail = 0; mail < 1500; mail += 1) {
    if (mail % 6 === 0) due += 6 * rules.interval + gap;
    lane = nextSlot(lane, due, 2, rules).lane;
  }
  for (let mail = 0; mail < full + 50; mail += 1) {
    lane = urgentSlot(lane, now.getTime(), 2, 2, rules).lane;
  }
  return lane;
}

/** Bytes of an entity as Table storage counts them: two a character, and some for each property. */
function sizeOf(entity: object): number {
  return Object.entries(entity).reduce(
    (sum, [name, value]) => sum + 8 + 2 * name.length + 4 + 2 * String(value).length,
    4,
  );
}

/** As many as a setting takes, with names as long as they may be. */
const longSenders = senders(mostSenders).map((address) => address.padStart(254, 'x'));

describe('the row of the lanes', () => {
  test('holds as many mailboxes as there may be, with full urgent lanes, planned by two at once', () => {
    const [one, other] = [fullLane(30, 9371), fullLane(29, 7919)];
    expect(one.preempted).toHaveLength(full);
    const of = (lane: Lane): Lanes =>
      Object.fromEntries(longSenders.map((mailbox) => [mailbox, lane]));
    const lanes = of({ ...one, preempted: [...one.preempted, ...other.preempted] });
    const entity = lanesEntity(lanes);
    expect(sizeOf({ table: JSON.stringify(lanes) })).toBeGreaterThan(2 ** 20);
    expect(sizeOf(entity)).toBeLessThan(900_000);
    expect(Object.keys(entity).length).toBeLessThan(252);
    expect(storedLanes().parse(lanesText(lanes))).toEqual(lanes);
  });

  test('grows with the days of a line, not with its mails: 120,000 of four mailboxes are a few kilobytes', () => {
    const boxes = senders(4);
    const mailboxes = { senders: boxes, ratePerMinute: 30, pauses: {} };
    const copies = { copyManager: 'always', securityCopies: 0 } as const;
    let lanes: Lanes = {};
    for (let planned = 0; planned < 120_000; planned += 1000) {
      // Whoever plans next reads them back.
      ({ lanes } = planSends(
        rows(1000),
        mailboxes,
        storedLanes().parse(lanesText(lanes)),
        copies,
        now,
      ));
    }
    const lasts =
      (Math.max(...boxes.map((box) => endOf(lanes[box] ?? emptyLane))) - now.getTime()) / hour;
    expect(lasts).toBeGreaterThan(24 * 6);
    for (const { runs, hours } of Object.values(lanes)) {
      expect(runs.length).toBeLessThan(20);
      expect(hours.length).toBeLessThan(40);
    }
    expect(sizeOf(lanesEntity(lanes))).toBeLessThan(10_000);
  }, 120_000);

  test('is read as an earlier version wrote it', () => {
    const lane: Lane = {
      runs: [{ from: 10, interval: 3, end: 40 }],
      preempted: [{ at: 13, instead: 37 }, { at: 16 }, { at: 19, instead: 34 }],
      hours: [[0, 12]],
    };
    const lanes = { 'a@x.example': lane, 'b@x.example': emptyLane };
    expect(storedLanes().parse(JSON.stringify(lanes))).toEqual(lanes);
    expect(storedLanes().parse(lanesText(lanes))).toEqual(lanes);
  });
});
