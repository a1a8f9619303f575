import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Lanes, Pauses } from '../../functions/ledger/lanes.ts';
import type { Notification } from '../../functions/ledger/notification.ts';
import { nextSlot } from '../../functions/pacing/lane.ts';
import { bearable } from '../../functions/pacing/pause.ts';
import { mostRecipients, planSends } from '../../functions/pacing/plan.ts';
import { inMs, minute, mostWithin, now, row, rows, senders } from './lanes.ts';

const copies = { copyManager: 'always', securityCopies: 0 } as const;

interface Options {
  readonly boxes?: number;
  readonly rate?: number;
  readonly pauses?: Pauses;
  readonly at?: Date;
}

const plan = (
  notifications: readonly Notification[],
  lanes: Lanes = {},
  { boxes = 1, rate = 30, pauses = {}, at = now }: Options = {},
) => {
  const mailboxes = { senders: senders(boxes), ratePerMinute: rate, pauses };
  // As they are read back from storage.
  return planSends(notifications, mailboxes, { ...lanes }, copies, at);
};
const times = (paced: readonly Notification[]) =>
  paced.map(({ notBefore }) => Date.parse(notBefore));

/** Polls of a tenant: what each finds, with some urgent ones, and how long after the one before. */
const polls = fc.array(
  fc.record({
    bulk: fc.nat({ max: 60 }),
    urgent: fc.nat({ max: 3 }),
    delays: fc.array(fc.nat({ max: 30_000 }), { minLength: 1, maxLength: 5 }),
    later: fc.nat({ max: 3 * minute }),
  }),
  { minLength: 1, maxLength: 6 },
);

/** What each mail is left with, after urgent ones took lanes over: mailbox → times of sending. */
function play(found: typeof polls extends fc.Arbitrary<infer T> ? T : never, options: Options) {
  let lanes: Lanes = {};
  let at = now.getTime();
  const sent: { sender: string; at: number; due: number; urgent: boolean; found: number }[] = [];
  for (const [number, { bulk, urgent, delays, later }] of found.entries()) {
    const present = new Date(at);
    const due = (index: number) => at + (delays[index % delays.length] ?? 0);
    const waiting = Array.from({ length: bulk }, (_, index) =>
      row(`${number} ${index}`, { notBefore: new Date(due(index)).toISOString() }),
    );
    const hasty = Array.from({ length: urgent }, (_, index) =>
      row(`u${number} ${index}`, { urgent: true, notBefore: present.toISOString() }),
    );
    const planned = plan([...waiting, ...hasty], lanes, { ...options, at: present });
    lanes = planned.lanes;
    const dues = new Map([...waiting, ...hasty].map(({ key, notBefore }) => [key, notBefore]));
    for (const { key, sender, notBefore, urgent: hurry } of planned.paced) {
      const wished = Date.parse(dues.get(key) ?? '');
      sent.push({ sender, at: Date.parse(notBefore), due: wished, urgent: hurry, found: at });
    }
    for (const [sender, { preempted }] of Object.entries(lanes)) {
      for (const { at: slot, instead } of preempted) {
        const owner = sent.find((one) => one.sender === sender && one.at === slot && !one.urgent);
        if (owner && instead !== undefined) owner.at = instead;
      }
    }
    at += later;
  }
  return sent;
}

describe('planning sends', () => {
  test('never gives a mailbox more than its rate in any minute, and none twice', () => {
    fc.assert(
      fc.property(
        polls,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 30 }),
        (all, boxes, rate) => {
          const sent = play(all, { boxes, rate });
          for (const sender of senders(boxes)) {
            const own = sent.filter((one) => one.sender === sender).map(({ at }) => at);
            expect(mostWithin(own, minute)).toBeLessThanOrEqual(rate);
            expect(new Set(own).size).toBe(own.length);
          }
          for (const { at, due } of sent) expect(at).toBeGreaterThanOrEqual(due);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('leaves no mailbox idle while something is due', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 4 }),
        (count, boxes) => {
          const { paced } = plan(rows(count), {}, { boxes });
          // 30 a minute, with a guard of 1.2 s: a slot each 2.04 s, in each mailbox.
          const last = Math.max(...times(paced)) - now.getTime();
          // The first may leave late: those behind it give way.
          const lanes = Math.ceil(count / boxes);
          expect(last).toBe((lanes - 1) * 2040 + (lanes > 1 ? 1200 : 0));
        },
      ),
    );
  });

  test('uses time that is left before mails that wait to settle', () => {
    const first = plan(rows(3, { delay: 30_000 }));
    const { paced } = plan(rows(10), first.lanes);
    const late = (place: number) => (place > 0 ? 1200 : 0);
    expect(times(paced)).toEqual(
      Array.from({ length: 10 }, (_, i) => now.getTime() + i * 2040 + late(i)),
    );
  });

  test('sends an urgent one within seconds, whatever waits, and nobody loses more than a place', () => {
    const backlog = plan(rows(5000), {}, { boxes: 2 });
    let { lanes } = backlog;
    const given = new Set<string>();
    for (let second = 0; second < 600; second += 20) {
      const at = inMs(second * 1000);
      const urgent = row(`u${second}`, { urgent: true, notBefore: at.toISOString() });
      const planned = plan([urgent], lanes, { boxes: 2, at });
      lanes = planned.lanes;
      const wait = (times(planned.paced)[0] ?? 0) - at.getTime();
      expect(wait).toBeLessThanOrEqual(7400);
      expect(planned.preempts).toBe(true);
      for (const [sender, { preempted }] of Object.entries(lanes)) {
        for (const { at: slot, instead } of preempted) {
          expect(instead).toBeGreaterThan(slot);
          given.add(`${sender} ${instead}`);
        }
      }
    }
    // Each mail that made way has a place to itself.
    expect(given.size).toBe(30);
    const paced = backlog.paced.filter(({ inLine }) => inLine).map(({ notBefore }) => notBefore);
    for (const { preempted } of Object.values(lanes)) {
      for (const { at } of preempted) expect(paced).toContain(new Date(at).toISOString());
    }
  });

  test('lets an urgent one that waits for its fuller row wait, and no longer', () => {
    const waiting = row('u', { urgent: true, delay: 30_000 });
    expect(times(plan([waiting]).paced)).toEqual([now.getTime() + 30_000]);
    const { lanes } = plan(rows(5000));
    const [at = 0] = times(plan([waiting], lanes).paced);
    expect(at - now.getTime()).toBeGreaterThanOrEqual(30_000);
    expect(at - now.getTime()).toBeLessThan(34_000);
  });

  test('counts recipients of urgent ones on the day that they leave', () => {
    const security = { copyManager: 'always', securityCopies: 20 } as const;
    const mailboxes = { senders: senders(1), ratePerMinute: 30, pauses: {} };
    let { lanes } = planSends(rows(4000), mailboxes, {}, copies, now);
    const byHour = new Map<number, number>();
    for (let index = 0; index < 600; index += 1) {
      const at = inMs(index * 10_000);
      const urgent = row(`u${index}`, { urgent: true, notBefore: at.toISOString() });
      const planned = planSends([urgent], mailboxes, lanes, security, at);
      lanes = planned.lanes;
      const [slot = 0] = times(planned.paced);
      byHour.set(slot, (byHour.get(slot) ?? 0) + 22);
    }
    const sorted = [...byHour].sort(([one], [other]) => one - other);
    for (const [from] of sorted) {
      const day = sorted.filter(([at]) => at >= from && at < from + 24 * 60 * minute);
      expect(day.reduce((sum, [, count]) => sum + count, 0)).toBeLessThanOrEqual(10_000);
    }
  });

  test('counts whom an urgent one preempts where it goes, and there alone', () => {
    const hourMs = 60 * minute;
    const { lanes } = plan(rows(3000));
    const at = inMs(10 * minute);
    const urgent = row('u', { urgent: true, notBefore: at.toISOString() });
    const after = plan([urgent], lanes, { at }).lanes;
    const [sender = ''] = senders(1);
    const [moved] = after[sender]?.preempted ?? [];
    const hoursOf = (given: Lanes) => new Map(given[sender]?.hours);
    const [before, later] = [hoursOf(lanes), hoursOf(after)];
    const hourOf = (time = 0) => Math.floor(time / hourMs);
    const [left, gone] = [hourOf(moved?.at), hourOf(moved?.instead)];
    expect(gone).toBeGreaterThan(left);
    // The urgent one has two recipients as well.
    expect(later.get(left)).toBe(before.get(left));
    expect(later.get(gone)).toBe((before.get(gone) ?? 0) + 2);
  });

  test('lets whom an urgent one preempts leave on the same day, though the line is longer', () => {
    const [sender = ''] = senders(1);
    const { lanes } = plan(rows(6000));
    const at = inMs(10 * minute);
    const urgent = row('u', { urgent: true, notBefore: at.toISOString() });
    const [moved] = plan([urgent], lanes, { at }).lanes[sender]?.preempted ?? [];
    // The mailbox has sent what it may on that day after two hours and 42 minutes; what waits then, waits a day.
    expect(moved?.instead).toBeGreaterThan(inMs(160 * minute).getTime());
    expect(moved?.instead).toBeLessThan(inMs(165 * minute).getTime());
  });

  test('lets an urgent one preempt where the recipients of the other make room for its own', () => {
    const [sender = ''] = senders(1);
    const { lanes } = plan(rows(60));
    const full = { ...lanes[sender], hours: [[Math.floor(now.getTime() / 3_600_000), 10_000]] };
    const urgent = row('u', { urgent: true });
    const [at = 0] = times(plan([urgent], { [sender]: full } as unknown as Lanes).paced);
    expect(at - now.getTime()).toBeLessThan(10_000);
  });

  test('is fair: nobody’s second mail before everybody’s first', () => {
    const crowd = Array.from({ length: 20 }, (_, index) =>
      row(`a${index}`, { target: { id: 'A' } }),
    );
    const { paced } = plan([...crowd, row('b'), row('c', { delay: 1000 })]);
    const order = [...paced].sort((one, other) => (one.notBefore < other.notBefore ? -1 : 1));
    expect(order.slice(0, 3).map(({ key }) => key)).toEqual(['a0', 'b', 'c']);
  });

  test('leaves a paused mailbox alone, and the others keep to their rate', () => {
    const [paused = ''] = senders(3);
    const pauses = {
      [paused]: { until: inMs(10 * minute).toISOString(), noted: now.toISOString() },
    };
    const { paced } = plan(rows(600), {}, { boxes: 3, pauses });
    for (const sender of senders(3)) {
      const own = times(paced.filter((one) => one.sender === sender));
      expect(mostWithin(own, minute)).toBeLessThanOrEqual(30);
      if (sender === paused)
        expect(Math.min(...own)).toBeGreaterThanOrEqual(inMs(10 * minute).getTime());
    }
  });

  test('learns from a 429, and tries more again little by little', () => {
    const pause = { until: now.toISOString(), perMinute: 24, noted: now.toISOString() };
    expect(bearable(30, pause, now)).toBe(24);
    expect(bearable(30, pause, inMs(35 * minute))).toBe(27);
    expect(bearable(30, pause, inMs(600 * minute))).toBe(30);
    const [sender = ''] = senders(1);
    const { paced } = plan(rows(100), {}, { pauses: { [sender]: pause } });
    expect(mostWithin(times(paced), minute)).toBeLessThanOrEqual(24);
  });

  test('keeps to 10,000 recipients in any 24 hours, with some left for urgent ones', () => {
    const { paced, lanes } = plan(rows(12_000), {}, { boxes: 2 });
    for (const sender of senders(2)) {
      const own = times(paced.filter((one) => one.sender === sender));
      expect(mostWithin(own, 24 * 60 * minute)).toBe(4750);
    }
    const at = inMs(6 * 60 * minute);
    const urgent = row('u', { urgent: true, notBefore: at.toISOString() });
    expect(times(plan([urgent], lanes, { boxes: 2, at }).paced)).toEqual([at.getTime()]);
  });

  test('keeps slots for what will be sent: rows that name no method take none', () => {
    const held = row('held', { changes: [{ held: true }] as unknown as Notification['changes'] });
    const { paced, lanes } = plan([held, held, held]);
    expect(times(paced)).toEqual(Array(3).fill(now.getTime()));
    expect(Object.values(lanes).flatMap(({ runs }) => runs)).toEqual([]);
  });
});

test('a slot is the first from which on no day has more recipients than it may', () => {
  const hourMs = 3_600_000;
  const present = Math.floor(now.getTime() / hourMs);
  const planned = fc.uniqueArray(
    fc.tuple(fc.integer({ min: -30, max: 40 }), fc.integer({ min: 1, max: 1200 })),
    { selector: ([hour]) => hour, maxLength: 60 },
  );
  fc.assert(
    fc.property(planned, fc.nat({ max: 20 * hourMs }), fc.boolean(), (counts, later, urgent) => {
      const hours = counts.map(([hour, count]) => [present + hour, count] as const);
      const due = now.getTime() + later;
      const rules = { now: now.getTime(), interval: 2000, notBefore: now.getTime() };
      const { at } = nextSlot({ runs: [], preempted: [], hours }, due, 2, rules, urgent);
      // A mail counts on each day that its hour is a part of, those that begin later than its own as well.
      const fits = (time: number) => {
        const hour = Math.floor(time / hourMs);
        const days = Array.from({ length: 25 }, (_, index) => hour + index);
        return days.every((last) => {
          const inDay = hours.filter(([one]) => one <= last && one >= last - 24);
          const sum = inDay.reduce((before, [, count]) => before + count, 0);
          return sum + 2 <= 10_000 - (urgent ? 0 : 500);
        });
      };
      expect(fits(at)).toBe(true);
      if (at === due) return;
      expect(at % hourMs).toBe(0);
      expect(fits(due)).toBe(false);
      for (let time = (Math.floor(due / hourMs) + 1) * hourMs; time < at; time += hourMs) {
        expect(fits(time)).toBe(false);
      }
    }),
    { numRuns: 300 },
  );
});

test('a mail is counted with the most recipients that it may turn out to have', () => {
  const settings = { copyManager: 'risky', securityCopies: 2 } as const;
  expect(mostRecipients(row('own'), copies)).toBe(2);
  expect(mostRecipients(row('own'), settings)).toBe(1);
  expect(mostRecipients(row('u', { urgent: true }), settings)).toBe(4);
  expect(mostRecipients(row('b', { bulk: true }), settings)).toBe(1);
  const elsewhere = row('o', { followUp: 'other', otherAddress: 'a@mail.example', urgent: true });
  expect(mostRecipients(elsewhere, { ...settings, copyManager: 'always' })).toBe(1);
  const summary = { users: 51, from: '', to: '' };
  expect(mostRecipients(row('s', { summary, urgent: true }), settings)).toBe(2);
});
