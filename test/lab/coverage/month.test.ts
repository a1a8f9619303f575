import { expect, test } from 'vitest';
import { named } from '../../coverage/coverageWorld.ts';
import { brokenDay, Month } from './month.ts';

/** A gap is told so many days after it came about, at most: the report's age, a look, and a day to wait. */
const latest = 5;

test.each([
  ['10,000 people', 10_000, 25],
  ['6,000 people', 6_000, 26],
] as const)(
  'a month of %s: every change without a row is found, and none is invented',
  async (_, people, seed) => {
    const month = new Month(people, seed);
    await month.play(30);
    const { planted, said } = month;
    expect(said).toHaveLength(30);
    expect(planted.length).toBeGreaterThan(25);
    const found = said.flatMap((one, day) =>
      named(one, 'coverage.gap').flatMap(({ users }) =>
        String(users)
          .split(', ')
          .map((text) => ({ day, text: text.replace(/ since .*/, '') })),
      ),
    );
    const expected = planted.map(({ person, change }) => `${person} ${change}`);
    expect(found.map(({ text }) => text).sort()).toEqual(expected.sort());
    for (const { day, person } of planted) {
      const when = found.find(({ text }) => text.startsWith(person))?.day ?? Number.NaN;
      expect(when - day, person).toBeLessThanOrEqual(latest);
    }
    const errors = said.map((one) => one.filter(({ level }) => level === 'error'));
    expect(errors[brokenDay]?.map(({ event }) => event)).toEqual(['coverage.doubtful']);
    const doubtful = errors.flat().filter(({ event }) => event === 'coverage.doubtful');
    expect(doubtful).toHaveLength(1);
    const unread = said.flatMap((one) => named(one, 'coverage.unread'));
    expect(unread.map(({ reason }) => reason)).toEqual(['older', 'half']);
  },
  300_000,
);
