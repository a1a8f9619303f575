import { expect, test } from 'vitest';
import { allowCopy } from '../../functions/people/copyAllowance.ts';

test.each([
  [[], 'a', 'open', ['a']],
  [['a'], 'b', 'open', ['a', 'b']],
  [['a', 'b'], 'c', 'last', ['a', 'b', 'c']],
  [['a', 'b', 'c'], 'd', 'spent', ['a', 'b', 'c']],
  [['a', 'b', 'c'], 'a', 'open', ['a', 'b', 'c']],
  [['a', 'b', 'c'], 'c', 'last', ['a', 'b', 'c']],
])('after %j of three, %s is %s', (given, notification, allowance, kept) => {
  expect(allowCopy(given, notification, 3)).toEqual({ allowance, given: kept });
});
