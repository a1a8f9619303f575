import { expect, test } from 'vitest';
import { inAscii } from '../../../tools/package/ascii.ts';

test.each([
  ["/[：？’]$/.test('wann？')", true],
  ["/[^\\p{L}’-]/u.test('’')", false],
  ["/^[\u{1f511}]$/u.test('\u{1f511}')", true],
  ["'é' === '\\u00e9' // déjà vu", true],
  ['`1–` === "1–"', true],
])('%s means the same in ASCII', (code, means) => {
  const run = (text: string): unknown => new Function(`return ${text}`)();
  expect(run(code)).toBe(means);
  expect(run(inAscii(code))).toBe(means);
  expect(inAscii(code)).toMatch(/^[\0-\x7f]*$/);
});
