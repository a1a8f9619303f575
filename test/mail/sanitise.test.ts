import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cleanIpAddress,
  headerText,
  quote,
  sanitise,
  subjectAccount,
} from '../../functions/mail/sanitise.ts';
import { words } from '../fixtures/words.ts';

const HIDDEN =
  /[\p{Cc}\p{Cs}\u00AD\u115F\u180E\u200B-\u200F\u2028-\u202E\u2066-\u2069\u3164\uFEFF\u{E0000}-\u{E007F}]/u;

describe('untrusted text', () => {
  it('is one line of visible characters, however it came', () => {
    expect(sanitise('  My\r\nkey\t\u0000 \u202Egpj.exe\u202C\u200B \u{E0041}')).toBe(
      'My key gpj\u2060.exe',
    );
  });

  it('is cut after 80 code points, not within one', () => {
    expect(sanitise('😀'.repeat(81))).toBe(`${'😀'.repeat(79)}…`);
    expect(sanitise('😀'.repeat(80))).toBe('😀'.repeat(80));
  });

  it.each([
    'evil.example',
    'www.evil.example',
    'https://evil.example',
    'a@evil.example',
    'evil。example',
    '//evil.example/ok',
    '///evil.example',
  ])('holds nothing that a mail client turns into a link: %s', (text) => {
    const shown = sanitise(text);
    expect(shown).not.toMatch(/[a-z][.@。]|\/\//);
    expect(shown.replaceAll('\u2060', '')).toBe(text);
  });

  it.each(['+1 900 555 0199', '+19005550199', '(900) 555-0199', '0900.555.0199'])(
    'holds no number to be dialled by a touch: %s',
    (text) => {
      expect(sanitise(`Call ${text}`)).not.toMatch(/\d[ ().-]{0,2}\d{3}|\d{6}/);
    },
  );

  it('keeps names of all scripts, composed', () => {
    for (const name of ['Zoë', 'Nguyễn Thị Ánh', '山田 太郎', 'محمد', 'O’Neill-Łoś']) {
      expect(sanitise(name.normalize('NFD'))).toBe(name.normalize('NFC'));
    }
  });

  it('does not stack marks onto the lines around it', () => {
    expect(sanitise(`e${'\u0316'.repeat(40)}`)).toHaveLength(4);
  });

  it('hides nothing, is short, and is stable, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const shown = sanitise(text);
        expect(shown.replaceAll('\u2060', '')).not.toMatch(HIDDEN);
        expect([...shown.replaceAll('\u2060', '')].length).toBeLessThanOrEqual(80);
        expect(sanitise(shown)).toBe(shown);
        expect(headerText(text)).not.toMatch(HIDDEN);
      }),
    );
  });

  it('is not read to its end where it is endless', () => {
    expect(sanitise(`a${'\u200b'.repeat(2_000)}b`)).toBe('a…');
    expect(sanitise('\u0000'.repeat(3_000))).toBe('');
  });

  it('cannot close its own quotation marks', () => {
    expect(quote('key” is safe. “', '“{text}”')).toBe('“key’ is safe. ’”');
    expect(quote('$& {text}', '« {text} »')).toBe('« $& {text} »');
    const marks = '"＂“”„«»「」‘’';
    for (const { quoted } of Object.values(words)) {
      const [open = '', close = ''] = quoted.replace(/[\u2068\u2069\s]/g, '').split('{text}');
      expect(close).toMatch(/^["”“»」]$/);
      expect(quote(marks, quoted).split(close)).toHaveLength(open === close ? 3 : 2);
    }
  });
});

describe('an IP address', () => {
  it.each([
    ['203.0.113.50', '203.0.113.50'],
    ['203.0.113.50:51044', '203.0.113.50'],
    [' 2001:DB8::1 ', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('%s is %s', (text, address) => {
    expect(cleanIpAddress(text)).toBe(address);
  });

  it.each([undefined, '', '<null>', 'null', '999.1.1.1', '203.0.113', 'fe80::1%<b>x', '1.2.3.4:x'])(
    '%s is none, or only the address',
    (text) => {
      expect(cleanIpAddress(text) ?? 'fe80::1').toBe('fe80::1');
    },
  );
});

it('only what has the shape of an address names an account in a subject', () => {
  expect(subjectAccount('AdeleV@contoso.example')).toBe('AdeleV');
  for (const text of ['<i data-canary>', 'Call +1 555 0199', '<b>@contoso.example', undefined]) {
    expect(subjectAccount(text)).toBe('');
    expect(subjectAccount(text, 'whole')).toBe('');
  }
});
