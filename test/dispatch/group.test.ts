import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { auditRow } from '../fixtures/rows.ts';
import { reference } from './reference.ts';
import { tell } from './story.ts';

const { rows, told } = reference;
const pagesOf = <T>(list: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, page) =>
    list.slice(page * size, (page + 1) * size),
  );

/** What is told, without who made it: a row that comes after the mail cannot correct it any more. */
const changesOf = (lines: readonly string[]) => lines.map((line) => line.replace(/ \w+$/, ''));

describe('a morning of a tenant is told, each change once,', () => {
  test('as it is', () => expect(tell([rows], 60)).toEqual(told));
  test('with each row twice', () => {
    expect(tell([[...rows, ...rows]], 60)).toEqual(told);
    expect(tell([rows, rows, rows], 60)).toEqual(told);
  });
  test('in pages of seven', () => {
    expect(changesOf(tell(pagesOf(rows, 7), 1))).toEqual(changesOf(told));
    expect(changesOf(tell(pagesOf(rows, 7), 60))).toEqual(changesOf(told));
  });
  test('one row a poll', () => {
    expect(changesOf(tell(pagesOf(rows, 1), 60))).toEqual(changesOf(told));
  });
});

test('the order, paging, repetition and delay of rows change nothing about what is told', () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(rows, { minLength: rows.length }),
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.nat({ max: rows.length - 1 }), { maxLength: 10 }),
      fc.constantFrom(1, 20, 60, 600),
      (shuffled, size, again, pollSeconds) => {
        const repeated = again.map((index) => shuffled[index]);
        const pages = pagesOf([...shuffled, ...repeated], size);
        expect(changesOf(tell(pages, pollSeconds))).toEqual(changesOf(told));
      },
    ),
    { numRuns: 300 },
  );
});

test('one administrator who changes 40 people makes 40 mails', () => {
  const bulk = Array.from({ length: 40 }, (_, index) =>
    auditRow({
      activity: 'Admin registered security info',
      reason: 'Admin registered phone method for user',
      target: { id: `u${index}`, upn: null },
      by: { id: 'it' },
    }),
  );
  expect(tell([bulk], 60)).toHaveLength(40);
});
