import { describe, expect, test } from 'vitest';
import { processRows } from './matrix.ts';
import { playRow } from './row.ts';

// They mostly wait for real processes, so several do at once.
describe.concurrent('with a real host,', () => {
  test.each(processRows)(
    '$group, $name: everybody is told once',
    async (row) => {
      const { problems } = await playRow(row);
      expect(problems).toEqual([]);
    },
    240_000,
  );
});
