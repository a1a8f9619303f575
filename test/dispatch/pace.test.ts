import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { paceSends } from '../../functions/dispatch/pace.ts';
import type { Notification } from '../../functions/ledger/notification.ts';

const now = new Date('2026-11-24T09:00:00.000Z');
const row = (key: string, urgent = false, delay = 0) =>
  ({
    key,
    urgent,
    changes: [{}],
    notBefore: new Date(now.getTime() + delay).toISOString(),
  }) as unknown as Notification;

describe('pacing', () => {
  test('never exceeds a mailbox’s rate in any minute, over several pages', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 80 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 28 }),
        (pages, boxes, rate) => {
          const senders = Array.from({ length: boxes }, (_, index) => `s${index}@x.example`);
          let slots = {};
          const times = new Map<string, number[]>();
          for (const size of pages) {
            const rows = Array.from({ length: size }, (_, index) => row(`${index}`));
            const plan = paceSends(rows, senders as [string, ...string[]], slots, rate, now);
            slots = plan.slots;
            for (const { sender, notBefore } of plan.paced) {
              times.set(sender, [...(times.get(sender) ?? []), Date.parse(notBefore)]);
            }
          }
          for (const of of times.values()) {
            const sorted = of.sort((one, other) => one - other);
            for (const [index, time] of sorted.entries()) {
              const over = sorted[index + rate];
              if (over !== undefined) expect(over - time).toBeGreaterThanOrEqual(60_000 - rate);
            }
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  test('lets an urgent one go at once, whatever waits, and pushes the others back', () => {
    const backlog = Array.from({ length: 100 }, (_, index) => row(`${index}`));
    const senders: [string] = ['a@x.example'];
    const first = paceSends(backlog, senders, {}, 28, now);
    const { paced, slots } = paceSends([row('urgent', true)], senders, first.slots, 28, now);
    expect(paced[0]?.notBefore).toBe(now.toISOString());
    const moved =
      Date.parse(slots['a@x.example'] ?? '') - Date.parse(first.slots['a@x.example'] ?? '');
    expect(moved).toBeCloseTo(60_000 / 28, -1);
  });

  test('uses every mailbox', () => {
    const senders: [string, string] = ['a@x.example', 'b@x.example'];
    const { paced } = paceSends([row('1'), row('2'), row('3'), row('4')], senders, {}, 28, now);
    expect(paced.map(({ sender }) => sender)).toEqual([...senders, ...senders]);
  });

  test('keeps slots for what will be sent: rows that name no method take none', () => {
    const held = { ...row('held'), changes: [{ held: true }] } as unknown as Notification;
    const { paced, slots } = paceSends([held, held, held], ['a@x.example'], {}, 28, now);
    expect(paced.map(({ notBefore }) => notBefore)).toEqual(Array(3).fill(now.toISOString()));
    expect(slots).toEqual({});
  });

  test('waits for a row to settle', () => {
    const { paced } = paceSends([row('1', false, 30_000)], ['a@x.example'], {}, 28, now);
    expect(paced[0]?.notBefore).toBe('2026-11-24T09:00:30.000Z');
  });
});
