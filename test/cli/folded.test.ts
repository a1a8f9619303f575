import { expect, test } from 'vitest';
import { folded } from '../../cli/folded.ts';

test('a line that is too wide goes on below its last column', () => {
  expect(folded('  12       3  phone numbers only. From February on', 40)).toBe(
    ['  12       3  phone numbers only. From', '              February on'].join('\n'),
  );
});

test('what fits is left as it is, and so is everything where there is no terminal', () => {
  const text = ['one  two', '', `  three  ${'four '.repeat(40)}`].join('\n');
  expect(folded(text, 80).split('\n').slice(0, 2)).toEqual(['one  two', '']);
  expect(folded(text, undefined)).toBe(text);
});

test('where the last column has no room, it goes on below the one before', () => {
  const line = `${'a'.repeat(30)}  ${'b '.repeat(15)} ${' '.repeat(8)}c d e f`;
  const lines = folded(line, 60).split('\n');
  expect(lines.every((one) => one.length <= 60)).toBe(true);
  expect(lines.at(-1)).toMatch(/^ {32}\S/);
});

test('no word is broken or lost, at any width', () => {
  const line =
    '✗ AzureWebJobsStorage  is missing → Give AzureWebJobsStorage__tableServiceUri, or a string';
  for (let width = 10; width < 100; width += 1) {
    expect(folded(line, width).split(/\s+/)).toEqual(line.split(/\s+/));
  }
});
