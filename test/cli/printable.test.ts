import { expect, test } from 'vitest';
import { plain, printable } from '../../cli/printable.ts';

test('no name steers the terminal, and lines stay lines', () => {
  expect(printable('a\u001b[31mb\nc\u0007\u009b')).toBe('a [31mb\nc  ');
  expect(printable('\u2068שלום\u2069')).toBe('\u2068שלום\u2069');
});

test('in a cell nothing breaks the line or turns its direction', () => {
  expect(plain('a\nb\u202ec\u2028d\u001b')).toBe('a b c d ');
});
