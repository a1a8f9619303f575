import fc from 'fast-check';
import { expect, test } from 'vitest';
import { day, play, renewals, syncIds } from './day.ts';
import { defaultRules, linesOf, notify, parsed } from './story.ts';

const rules = { ...defaultRules, sync: syncIds };

/** In which poll each row becomes readable, in which order, and which come again. */
const arrival = fc.record({
  late: fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 12 }),
  swaps: fc.array(fc.nat({ max: 40 }), { maxLength: 12 }),
  again: fc.array(fc.nat({ max: 40 }), { maxLength: 4 }),
  pollSeconds: fc.constantFrom(1, 20, 60, 600),
});

test.each([20261124, 1, 2])(
  'whatever a person, an administrator and a stranger do in a minute, each change is told once, by the right hand: %i',
  (seed) => {
    fc.assert(
      fc.property(day, renewals, arrival, (doings, silent, { late, swaps, again, pollSeconds }) => {
        const { rows, expected } = play(doings, silent);
        const records = parsed(rows);
        const order = [...records];
        for (const [index, swap] of swaps.entries()) {
          const [one, other] = [index % order.length, swap % order.length];
          const kept = order[one];
          order[one] = order[other] as (typeof order)[number];
          order[other] = kept as (typeof order)[number];
        }
        const pages: (typeof records)[] = [[], [], [], [], [], []];
        for (const [index, record] of order.entries())
          pages[late[index % late.length] ?? 0]?.push(record);
        for (const index of again) {
          const record = order[index % order.length];
          if (record) pages[5]?.push(record);
        }
        expect(linesOf(notify(pages, { pollSeconds, rules }))).toEqual(expected);
      }),
      { numRuns: 1000, seed },
    );
  },
);
