import fc from 'fast-check';

/** Would become a link, wherever a mail client sees it whole. */
const evilHost = 'evil.example';

const markup = [
  '<i data-canary>',
  '"><img src=x data-canary onerror=alert(1)>',
  '<script>alert("data-canary")</script>',
  "' onmouseover='data-canary",
  '</td></table><a href="https://evil.example" data-canary>here</a>',
  '<!-- data-canary --> <![CDATA[ data-canary ]]>',
  '&lt;i data-canary&gt; &#60;i data-canary&#62;',
  '`$`{data-canary} <%= data-canary %> {{{data-canary}}}',
];

const links = [
  evilHost,
  `https://${evilHost}/?q=1`,
  `javascript:alert(1)//${evilHost}`,
  `a@${evilHost}`,
  `www.${evilHost}`,
  `evil\u200b.example`,
  `evil.\u00adexample`,
  'evil。example',
  'evil．example',
  'еvil.example',
  `[x](https://${evilHost})`,
];

const headers = [
  `x\r\nBcc: everyone@${evilHost}`,
  `x\nX-Evil: 1`,
  `x\rX-Evil: 1\r\n\r\n<i data-canary>`,
  `=?utf-8?Q?=0D=0AX-Evil:_1?=`,
  `"Evil" <a@${evilHost}>, b@${evilHost}`,
  '\r\n.\r\nQUIT\r\n',
];

const invisible = [
  '\u202Egnp.exe',
  '\u2066\u2067\u2068\u2069\u200e\u200f',
  '\u200b\u200c\u200d\u2060\ufeff',
  '\ud800',
  'x\udc00\udbff',
  '\u0000',
  'a\u0000b\u0007\u001b[31m\u007f\u0085\u2028\u2029',
  '\u{E0041}\u{E0042}\u3164\u115f\u2800',
  'e\u200d\u0301\u0316\u0301\u0316\u0301\u0316',
  'ﷺ'.repeat(5),
];

const keys = ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', 'length'];

const syntax = [
  '{{subject}}',
  '{{#each this}}{{{.}}}{{/each}}',
  '{reference} {contact} {nothing}',
  '$& $1 $` %s %00 %2e%2e',
  '../..',
  '..',
  "' or 1 eq 1",
  '[{"a":1}]',
  '"\\"text\\""',
  '{"toString":1,"valueOf":2}',
  'for ',
  'User registered Mobile Phone SMS for +49 30 5550100',
  'Admin required re-registration of MFA authentication methods',
];

const values = [
  '',
  ' ',
  '0',
  '-1',
  '1e999',
  'NaN',
  'null',
  '<null>',
  'undefined',
  'true',
  '203.0.113.77',
  '[2001:db8::77]:443',
  '9999-12-31T23:59:59Z',
  '2026-11-24T09:00:00.1234567Z',
];

/** Every kind of text that has ever hurt somebody. None is long. */
const pieces: readonly string[] = [
  ...markup,
  ...links,
  ...headers,
  ...invisible,
  ...keys,
  ...syntax,
  ...values,
];

const piece = fc.constantFrom(...pieces);

/** Short texts: a piece, two of them, or anything that UTF-16 can hold. */
export const shortText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: piece },
  { weight: 2, arbitrary: fc.tuple(piece, piece).map(([one, other]) => `${one} ${other}`) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 })
      .map((units) => String.fromCharCode(...units)),
  },
);

const repeated = (lengths: readonly number[]) =>
  fc
    .tuple(
      fc.constantFrom(...pieces, 'x', '"', '=', '.', '😀', '\u0316\u0301'),
      fc.constantFrom(...lengths),
    )
    .map(([unit, length]) => unit.repeat(Math.ceil(length / (unit.length || 1))).slice(0, length));

/** Any text: mostly short, sometimes as long as a field may be, seldom longer. */
export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 60, arbitrary: shortText },
  { weight: 12, arbitrary: repeated([80, 300, 512, 1024]) },
  { weight: 1, arbitrary: repeated([8_000, 32_768, 32_769, 100_000]) },
);

/** Nested deeper than any recursion gets; its own name for a report, which would recurse, too. */
function nested(open: string, close: string): unknown {
  const value = JSON.parse(open.repeat(12_000) + close.repeat(12_000)) as object;
  return Object.defineProperty(value, fc.toStringMethod, { value: () => `nested ${open}` });
}

const bottomless: readonly unknown[] = [nested('[', ']'), nested('{"a":[', ']}')];

/** Values as Graph's JSON may hold them where a text or a list should be. */
export const json: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 80, arbitrary: text },
  { weight: 40, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  {
    weight: 40,
    arbitrary: fc.constantFrom<unknown>(null, true, 0, -1, 1e308, [], {}, [[]], [null]),
  },
  {
    weight: 20,
    arbitrary: fc
      .constantFrom(
        '{"__proto__":{"type":"User","id":"x"},"constructor":1}',
        '{"toString":1,"valueOf":2}',
        '[{"toString":null}]',
      )
      .map((source): unknown => JSON.parse(source)),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...bottomless),
  },
);
