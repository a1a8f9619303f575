import { describe, expect, it } from 'vitest';
import { chooseLanguage } from '../../../functions/languages.ts';
import { shownName } from '../../../functions/mail/names.ts';
import {
  cleanIpAddress,
  headerText,
  sanitise,
  subjectAccount,
} from '../../../functions/mail/sanitise.ts';
import { parseAuditTime } from '../../../functions/mail/time.ts';
import { wordsFor } from '../../../functions/mail/words.ts';
import { readAaguid } from '../../../functions/passkeys/authenticator.ts';
import { mailAddress } from '../../../functions/people/address.ts';
import { timeZoneFor } from '../../../functions/people/timeZone.ts';
import { normalise } from '../../../functions/recognise/normalise.ts';
import { recognise } from '../../../functions/recognise/recognise.ts';
import { isUnparsable, parseAuditRecord } from '../../../functions/recognise/record.ts';
import { auditRow, type RowSpec } from '../../fixtures/rows.ts';

const million = 1_000_000;
/** The most that a field of an audit record holds. */
const field = 32_768;
// What takes the square of its time would take minutes, what does not takes a tenth of a second.
const patience = 10_000;

/** A field is too short for the square of its length to be felt once: a page holds many. */
const times = 50;

const of = (unit: string, length: number) => unit.repeat(length / unit.length);

/** Texts that bad patterns take the square of their time for, and worse. */
const units = [
  '\u0301',
  '\u0301\u0316',
  '.',
  ' ',
  '<',
  '@',
  ':/',
  'a.',
  '. ',
  'for ',
  'de,',
  '1',
  '(',
  '%',
  '\n',
];
const cases = units.map((unit) => [JSON.stringify(unit), unit] as const);

describe('a million characters of', () => {
  it.each(cases)('%s are read at once, whatever they are in', { timeout: patience }, (_, unit) => {
    for (const text of [of(unit, million), `${of(unit, million)}\n!`, `é${of(unit, million)}`]) {
      expect([...sanitise(text)].length).toBeLessThanOrEqual(160);
      expect([...headerText(text)].length).toBeLessThanOrEqual(80);
      expect(shownName(text, wordsFor('en')).length).toBeLessThanOrEqual(1);
      expect(subjectAccount(text).length).toBeLessThanOrEqual(48);
      expect(chooseLanguage(text, 'fr')).toMatch(/^(de|fr)$/);
      expect(timeZoneFor(text, 'UTC')).toBe('UTC');
      expect(mailAddress(text)).toBeUndefined();
      expect(cleanIpAddress(text)).toBeUndefined();
      expect(parseAuditTime(text)).toBeUndefined();
      expect(readAaguid(text)).toBeUndefined();
      expect(normalise(text).length).toBeLessThanOrEqual(text.length);
      expect(isUnparsable(parseAuditRecord({ ...auditRow(), id: text }))).toBe(true);
    }
  });
});

describe('a record full of', () => {
  it.each(cases)('%s is recognised at once', { timeout: patience }, (_, unit) => {
    const text = `${of(unit, field - 8)}\n!`;
    const specs: RowSpec[] = [
      { reason: text },
      { activity: 'User changed default security info', reason: text },
      { activity: text },
      { activity: 'Update user', properties: [['SearchableDeviceKey', text, `[${text}]`]] },
      { details: { AuthenticationMethod: text, AAGuid: text, 'User-Agent': text } },
      { by: { displayName: text, userPrincipalName: `sync${text.slice(8)}` } },
      { target: { id: text, upn: text } },
    ];
    for (const spec of specs) {
      const record = parseAuditRecord(auditRow(spec));
      if (isUnparsable(record)) throw new Error(record.reason);
      for (let time = 0; time < times; time += 1) {
        expect(recognise(record, { muted: new Set(), extra: new Set() }).why).not.toBe('');
      }
    }
  });
});
