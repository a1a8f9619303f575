import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { notificationEntity } from '../../functions/ledger/entity.ts';
import { notificationRef } from '../../functions/ledger/keys.ts';
import type { Lanes } from '../../functions/ledger/lanes.ts';
import { Ledger } from '../../functions/ledger/ledger.ts';
import { MemoryStore } from '../../functions/ledger/memoryStore.ts';
import type { Notification } from '../../functions/ledger/notification.ts';
import {
  emptyLane,
  endOf,
  laneRules,
  nextSlot,
  urgentSlot,
  withSlot,
} from '../../functions/pacing/lane.ts';
import { mostRecipients, planSends, withRecorded } from '../../functions/pacing/plan.ts';
import { plannedIn } from '../../functions/pacing/planned.ts';
import { PlannedLanes } from '../../functions/pacing/plannedLanes.ts';
import { openRows } from '../fixtures/openRows.ts';
import { newRow } from '../lab/machine/newRow.ts';
import { minute, mostWithin, now, senders } from './lanes.ts';

const copies = { copyManager: 'always', securityCopies: 0 } as const;
const dayOfPlay = now.toISOString().slice(0, 10);

/** What a planner does next: mails that wait, urgent ones, and whether it keeps the lanes now. */
interface Doing {
  readonly planner: number;
  readonly usual: number;
  readonly urgent: number;
  readonly saves: boolean;
  /** Before it, in ms. */
  readonly later: number;
}

/** A ledger with processes that plan for it, each from what it knows of the lanes. */
class Planners {
  readonly ledger = new Ledger(new MemoryStore());
  readonly #boxes: number;
  readonly #planners = new Map<number, PlannedLanes>();
  #time = now.getTime();
  #count = 0;

  constructor(boxes: number) {
    this.#boxes = boxes;
  }

  async #open(planner: number): Promise<PlannedLanes> {
    const known = this.#planners.get(planner);
    if (known) return known;
    const lanes = new PlannedLanes(this.ledger, await this.ledger.readState());
    this.#planners.set(planner, lanes);
    return lanes;
  }

  /** Reads the lanes, as a run does when it begins. */
  async begin(planner: number): Promise<void> {
    this.#planners.delete(planner);
    await this.#open(planner);
  }

  async plan(planner: number, usual: number, urgent: number, later = 0): Promise<void> {
    const lanes = await this.#open(planner);
    this.#time += later;
    const at = new Date(this.#time);
    const rows = Array.from({ length: usual + urgent }, (_, index): Notification => {
      this.#count += 1;
      const id = `mail${this.#count}`;
      const ref = notificationRef(at.toISOString(), id);
      return { ...newRow(this.#count, at), ...ref, target: { id }, urgent: index < urgent };
    });
    const mailboxes = { senders: senders(this.#boxes), ratePerMinute: 30, pauses: {} };
    const plan = planSends(rows, mailboxes, lanes.now, copies, at);
    lanes.set(plan.lanes);
    for (const row of plan.paced) await this.ledger.store.insert(notificationEntity(row));
    if (plan.preempts) await lanes.save();
  }

  async save(planner: number): Promise<void> {
    await (await this.#open(planner)).save();
  }

  async play(doings: readonly Doing[]): Promise<void> {
    for (const { planner, usual, urgent, saves, later } of doings) {
      await this.plan(planner, usual, urgent, later);
      if (saves) await this.save(planner);
    }
    for (const planner of this.#planners.keys()) await this.save(planner);
  }

  async outcome() {
    const { lanes } = await this.ledger.readState();
    const { notifications } = await openRows(this.ledger, dayOfPlay);
    const rows = notifications.map(({ notification }) => notification);
    return { lanes: lanes?.value ?? {}, rows };
  }
}

/** When each mail leaves, once those in line have seen whose slots urgent ones preempted. */
function leaving(rows: readonly Notification[], lanes: Lanes) {
  return rows.map(({ sender, notBefore, urgent, inLine }) => {
    let at = Date.parse(notBefore);
    // Who is not in line does not look.
    while (inLine && !urgent) {
      const moved = lanes[sender]?.preempted.find((slot) => slot.at === at)?.instead;
      if (moved === undefined) break;
      at = moved;
    }
    return { sender, at };
  });
}

const slotsOf = (lanes: Lanes): number =>
  Object.values(lanes)
    .flatMap(({ runs }) => runs)
    .reduce((sum, { from, end, interval }) => sum + Math.round((end - from) / interval), 0);

const counted = (lanes: Lanes): number =>
  Object.values(lanes)
    .flatMap(({ hours }) => hours)
    .reduce((sum, [, count]) => sum + count, 0);

/** Nothing given twice, nothing lost, everybody counted once. */
async function check(planners: Planners, boxes: number, planned: number) {
  const { lanes, rows } = await planners.outcome();
  const left = leaving(rows, lanes);
  expect(rows).toHaveLength(planned);
  for (const sender of senders(boxes)) {
    const times = left.filter((one) => one.sender === sender).map(({ at }) => at);
    expect(new Set(times).size).toBe(times.length);
    expect(mostWithin(times, minute)).toBeLessThanOrEqual(30);
  }
  expect(slotsOf(lanes)).toBe(planned);
  const recipients = rows.reduce((sum, row) => sum + mostRecipients(row, copies), 0);
  expect(counted(lanes)).toBe(recipients);
}

const doing = fc.record({
  planner: fc.nat({ max: 2 }),
  usual: fc.nat({ max: 40 }),
  urgent: fc.oneof(fc.constant(0), fc.nat({ max: 3 })),
  saves: fc.boolean(),
  // Eight of them are less than the first slot lasts: lanes forget what is over.
  later: fc.nat({ max: 400 }),
});

describe('planners who begin with the same lanes', () => {
  test('give no slot twice, lose none, and count everybody once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.nat({ max: 60 }),
        fc.array(doing, { minLength: 2, maxLength: 8 }),
        async (boxes, before, doings) => {
          const planners = new Planners(boxes);
          await planners.plan(0, before, 0);
          await planners.save(0);
          for (const planner of [0, 1, 2]) await planners.begin(planner);
          await planners.play(doings);
          const more = doings.reduce((sum, { usual, urgent }) => sum + usual + urgent, 0);
          await check(planners, boxes, before + more);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('move as few mails as the other took slots of', async () => {
    const planners = new Planners(1);
    for (const planner of [0, 1]) await planners.begin(planner);
    await planners.plan(0, 500, 0);
    await planners.plan(1, 3, 0);
    const before = new Map((await planners.outcome()).rows.map((row) => [row.key, row.notBefore]));
    await planners.save(1);
    await planners.save(0);
    const { rows } = await planners.outcome();
    const moved = rows.filter(({ key, notBefore }) => before.get(key) !== notBefore);
    expect(moved).toHaveLength(3);
    await check(planners, 1, 503);
  });

  test('let no urgent mail have the slot of one that does not look whether it is still its own', () => {
    const rules = laneRules(30, undefined, now);
    const slot = { urgent: false, recipients: 2, kind: 'free', inLine: false } as const;
    let lane = emptyLane;
    for (let mail = 0; mail < 6; mail += 1) lane = nextSlot(lane, now.getTime(), 2, rules).lane;
    const at = endOf(lane);
    const ref = notificationRef(now.toISOString(), 'kept');
    const with7 = withSlot(lane, { ...slot, ...ref, at, end: at + 2040, until: at + 1000 });
    expect(with7 && endOf(with7)).toBe(at + 2040);
    lane = with7 ?? emptyLane;
    const given: number[] = [];
    for (let mail = 0; mail < 10; mail += 1) {
      const urgent = urgentSlot(lane, now.getTime(), 2, 2, rules);
      lane = urgent.lane;
      given.push(urgent.at);
    }
    expect(given).not.toContain(at);
    expect(Math.min(...given)).toBeLessThan(at);
  });

  test('leave a mail alone that has left by then', async () => {
    const planners = new Planners(1);
    for (const planner of [0, 1]) await planners.begin(planner);
    await planners.plan(0, 2, 0);
    await planners.plan(1, 2, 0);
    await planners.save(1);
    const { notifications } = await openRows(planners.ledger, dayOfPlay);
    for (const { notification, etag } of notifications) {
      await planners.ledger.replace({ ...notification, state: 'sent' }, etag);
    }
    await planners.save(0);
    const range = await planners.ledger.readRange(`${dayOfPlay}T00`, `${dayOfPlay}T24`);
    const times = (rows: readonly { readonly notification: Notification }[]) =>
      rows.map(({ notification: { key, notBefore } }) => `${key} ${notBefore}`).toSorted();
    expect(times(range.notifications)).toEqual(times(notifications));
  });

  test.each([false, true])(
    'of a try that was refused in part those are kept that were recorded (urgent: %s)',
    async (urgent) => {
      const planners = new Planners(1);
      await planners.plan(0, 20, 0);
      const { ledger } = planners;
      await planners.save(0);
      const { now: before } = new PlannedLanes(ledger, await ledger.readState());
      const mailboxes = { senders: senders(1), ratePerMinute: 30, pauses: {} };
      const rows = Array.from({ length: 5 }, (_, index) => ({
        ...newRow(100 + index, now),
        urgent,
      }));
      const first = planSends(rows, mailboxes, before, copies, now);
      const recorded = [first.paced[0], first.paced[3]];
      const kept = withRecorded(before, first.lanes, ({ key }) =>
        recorded.some((row) => row?.key === key),
      );
      expect(slotsOf(kept)).toBe(22);
      const slots = (paced: readonly (Notification | undefined)[]) =>
        paced.map((row) => row?.notBefore);
      const planned = plannedIn(kept)?.mails.map(({ at }) => new Date(at).toISOString());
      expect(planned).toEqual(slots(recorded));
      // The others get what is free: nobody's twice, and nothing is left empty.
      const again = rows.filter(({ key }) => !recorded.some((row) => row?.key === key));
      const second = planSends(again, mailboxes, kept, copies, now);
      expect(slotsOf(second.lanes)).toBe(25);
      expect(new Set(slots([...recorded, ...second.paced])).size).toBe(5);
      expect(withRecorded(before, first.lanes, () => false)).toBe(before);
    },
  );
});
