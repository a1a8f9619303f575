import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scalePage } from '../../tools/wave.ts';

test('docs/scale.md holds the forecast that the formula makes', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'scale.md'), 'utf8');
  expect(page).toBe(scalePage(page));
  expect(page).toMatch(/\| 4 \| on \|/);
});

test('a page without a place for it is refused', () => {
  expect(() => scalePage('# How it scales')).toThrow('<!-- forecast -->');
});
