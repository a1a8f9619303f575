import { describe, expect, test } from 'vitest';
import { matrix, stagedRows } from './matrix.ts';
import { playRow } from './row.ts';

// Nothing is missing, and nothing is told twice but where a row says why that may be.
describe('on a virtual clock,', () => {
  test.each(stagedRows)(
    '$group, $name: everybody is told once',
    async (row) => {
      const { problems } = await playRow(row);
      expect(problems).toEqual([]);
    },
    240_000,
  );
});

test('no two rows have the same name', () => {
  const names = matrix.map(({ group, name }) => `${group}: ${name}`);
  expect(new Set(names).size).toBe(names.length);
});
