import { describe, expect, it } from 'vitest';
import { advisoryLines, authenticatorLines } from '../../functions/mail/authenticator.ts';
import { compose } from '../../functions/mail/compose.ts';
import { render } from '../../functions/mail/render.ts';
import { wordsFor } from '../../functions/mail/words.ts';
import type { Action, PasskeyFacts } from '../../functions/recognise/change.ts';
import { change, mailFacts, settings } from './cases.ts';

const words = wordsFor('en');
const yubiKey = '2fc0579f-8113-47ea-b116-bb5a8db9202a';
const unknown = '12345678-1234-1234-1234-123456789ABC';
const linesOf = (passkey?: PasskeyFacts) =>
  authenticatorLines(change({ details: passkey ? { passkey } : {} }), words);
const adviceOn = (aaguid: string, action: Action = 'registered') =>
  advisoryLines(change({ action, details: { passkey: { aaguid } } }), words);

describe('the authenticator', () => {
  const key = 'security key';

  it('identifies itself, unless its model is attested', () => {
    const claimed = 'Identifies itself as YubiKey 5 Series with NFC';
    expect(linesOf({ aaguid: yubiKey })).toEqual([claimed, key]);
    expect(linesOf({ aaguid: yubiKey.toUpperCase(), attestation: 'notAttested' })).toEqual([
      claimed,
      'not attested, which is common',
      key,
    ]);
    expect(linesOf({ aaguid: yubiKey, attestation: 'attested' })).toEqual([
      'YubiKey 5 Series with NFC, confirmed by attestation',
      key,
    ]);
  });

  it.each([
    ['de1e552d-db1d-4423-a619-566b625cdc84', 'the Microsoft Authenticator app on a phone'],
    ['08987058-cadc-4b81-b6e1-30de50dcbe96', 'Windows Hello on one computer'],
    [
      '6028b017-b1d4-4c02-b4b3-afcdafc96bb2',
      'Windows Hello on one computer, without a security chip',
    ],
    ['adce0002-35bc-c60a-648b-0b25f1f05503', 'kept on one computer or phone'],
    ['59f85fe7-faa5-4c92-9f52-697b9d4d5473', 'an app on a phone'],
    ['bada5566-a7aa-401f-bd96-45619a55120d', 'a password manager'],
    ['0076631b-d4a0-427f-5773-0ec71c9e0279', undefined],
  ])('says of the model %s where it keeps passkeys: %s', (aaguid, place) => {
    expect(linesOf({ aaguid })[1]).toEqual(place && expect.stringContaining(place));
  });

  it('has the model that Graph names where no list does, quoted; an unknown id is no model', () => {
    const id = 'in none of the lists known to us: 12345678-1234-1234-1234-123456789abc';
    const unlisted = `its model number is ${id}`;
    expect(linesOf({ aaguid: yubiKey, model: 'Other' })[0]).toContain('YubiKey 5');
    expect(linesOf({ aaguid: unknown, model: 'New Key', attestation: 'notAttested' })).toEqual([
      'Identifies itself as “New Key”',
      'not attested, which is common',
      unlisted,
    ]);
    expect(linesOf({ aaguid: unknown })).toEqual([unlisted]);
    expect(linesOf({ aaguid: unknown, attestation: 'notAttested' })).toEqual([unlisted]);
  });

  it.each([undefined, {}, { aaguid: 'none' }])('of which nothing is known: %j', (passkey) => {
    expect(linesOf(passkey)).toEqual([]);
  });

  it('that shows zeros says so, whatever else calls it', () => {
    const aaguid = '00000000-0000-0000-0000-000000000000';
    const [line, ...more] = linesOf({ aaguid, model: 'YubiKey', attestation: 'notAttested' });
    expect(line).toContain('Does not say which model it is: some keys and browsers do that');
    expect(more).toEqual([]);
  });

  it('has the name it was given, quoted, and is bound to its device or not', () => {
    expect(linesOf({ name: 'My “key”', type: 'synced' })).toEqual([
      'named “My ’key’”',
      'synced: usable on several devices',
    ]);
    expect(linesOf({ type: 'deviceBound' })).toEqual(['bound to one device']);
  });

  it('of a program made for tests is told as that alone', () => {
    const aaguid = '01020304-0506-0708-0102-030405060708';
    const facts = { aaguid, model: 'YubiKey', attestation: 'attested' } as const;
    expect(linesOf(facts)).toEqual([
      "Its model number is that of a program made for tests, unusual on a person’s account: Chromium's developer tools",
    ]);
    expect(linesOf({ aaguid: yubiKey }).join()).not.toContain('program');
  });

  it('of a test record of a maker is none of the browsers', () => {
    const lines = linesOf({ aaguid: 'ab32f0c6-2239-afbb-c470-d2ef4e254db6' });
    expect(lines).toEqual([
      'Identifies itself as TEST (DUMMY RECORD)',
      'listed as a maker’s test record, not as a product',
    ]);
  });

  it('that can’t be synced and is, is only a claim, and gets no advisory of its model', () => {
    const passkey = { aaguid: yubiKey, attestation: 'notAttested', type: 'synced' } as const;
    const lines = linesOf(passkey);
    expect(lines[0]).toBe('Identifies itself as YubiKey 5 Series with NFC');
    expect(lines.at(-1)).toContain('it may be a program that only claims to be one');
    expect(lines.join()).not.toContain('common');
    expect(advisoryLines(change({ details: { passkey } }), words)).toEqual([]);
    expect(linesOf({ ...passkey, attestation: 'attested' }).join()).not.toContain('claims');
  });

  it('has the operator’s own name, and keeps its warnings', () => {
    const aaguid = '01020304-0506-0708-0102-030405060708';
    const names = {
      [unknown.toLowerCase()]: 'Our <b>badge</b>',
      [aaguid]: 'Harmless',
    };
    const lines = (id: string) =>
      authenticatorLines(change({ details: { passkey: { aaguid: id } } }), words, names);
    expect(lines(unknown)).toEqual(['Identifies itself as Our <b>badge</b>']);
    expect(lines(aaguid).join()).toContain('a program made for tests');
  });

  it('has a name that reaches neither the markup nor the words of the mail', () => {
    const name =
      '<img src=x onerror=alert(1)>”\u202E\r\nConfirmed by attestation: evil.example {model}';
    const passkey = { aaguid: unknown, name, model: '</td><script>alert(1)</script>' };
    const view = compose(mailFacts([change({ details: { passkey } })]), settings);
    const { html, text } = render(view);
    expect(html).not.toMatch(/<img|<script/);
    expect(html).toContain('“&lt;img src&#x3D;x onerror&#x3D;alert(1)&gt;’ Confirmed');
    expect(text).not.toContain('evil.example');
    expect(text).not.toMatch(/^\s*Confirmed/m);
    expect(text).not.toContain('\u202E');
  });
});

describe('YSA-2024-03', () => {
  it('is told of a model that it affects, and says what it takes and that nothing is urgent', () => {
    const text = adviceOn(yubiKey).join(' ');
    for (const word of ['YSA-2024-03', 'laboratory', 'not urgent']) {
      expect(text).toContain(word);
    }
  });

  it('is not told of another, or of a key that is gone', () => {
    expect(adviceOn('a25342c0-3cdc-4414-8e46-f4807fca511c')).toEqual([]);
    expect(adviceOn(unknown)).toEqual([]);
    expect(adviceOn(yubiKey, 'deleted')).toEqual([]);
  });
});

describe('a revoked model', () => {
  it('says since when, in the language’s own date', () => {
    const revoked = 'ba86dc56-635f-4141-aef6-00227b1b9af6';
    expect(adviceOn(revoked)[0]).toBe('Listed as revoked since 20 December 2023');
    const passkey = { aaguid: revoked };
    const german = advisoryLines(change({ details: { passkey } }), wordsFor('de'));
    expect(german[0]).toContain('20. Dezember 2023');
    expect(adviceOn('95e4d58c-056e-4a65-866d-f5a69659e880')).toEqual([]);
  });
});
