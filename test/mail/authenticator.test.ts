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
  it('identifies itself, unless its model is attested', () => {
    const key = 'That is a security key: a small device to plug in, or to hold to a phone';
    const claimed = ['Identifies itself as YubiKey 5 Series with NFC', key];
    expect(linesOf({ aaguid: yubiKey })).toEqual(claimed);
    expect(linesOf({ aaguid: yubiKey.toUpperCase(), attestation: 'notAttested' })).toEqual(claimed);
    expect(linesOf({ aaguid: yubiKey, attestation: 'attested' })).toEqual([
      'Confirmed by attestation: YubiKey 5 Series with NFC',
      key,
    ]);
  });

  it.each([
    ['de1e552d-db1d-4423-a619-566b625cdc84', 'the Microsoft Authenticator app on a phone'],
    ['08987058-cadc-4b81-b6e1-30de50dcbe96', 'Windows Hello on one computer'],
    ['bada5566-a7aa-401f-bd96-45619a55120d', 'a password manager'],
    ['5ca1ab1e-1337-fa57-f1d0-a117e71ca702', undefined],
  ])('says of the model %s where it keeps passkeys: %s', (aaguid, place) => {
    expect(linesOf({ aaguid })[1]).toEqual(place && expect.stringContaining(`That is ${place}`));
  });

  it('has the model that Graph names where we know none, quoted, and else that of its id', () => {
    expect(linesOf({ aaguid: yubiKey, model: 'Other' })[0]).toContain('YubiKey 5');
    expect(linesOf({ aaguid: unknown, model: 'New Key' })).toEqual([
      'Identifies itself as “New Key”',
    ]);
    expect(linesOf({ aaguid: unknown })).toEqual([
      'Identifies itself as model 12345678-1234-1234-1234-123456789abc',
    ]);
  });

  it.each([undefined, {}, { aaguid: '00000000-0000-0000-0000-000000000000' }, { aaguid: 'none' }])(
    'that hides its model is not spoken of: %j',
    (passkey) => {
      expect(linesOf(passkey)).toEqual([]);
    },
  );

  it('has the name it was given, quoted, and is bound to its device or not', () => {
    expect(linesOf({ name: 'My “key”', type: 'synced' })).toEqual([
      'Name given to it: “My ’key’”',
      'Registered as synced: it can be used on several devices',
    ]);
    expect(linesOf({ type: 'deviceBound' })).toEqual([
      'Registered as bound to one device or security key',
    ]);
  });

  it('is marked where only test tools have it', () => {
    const lines = linesOf({ aaguid: '01020304-0506-0708-0102-030405060708' });
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('A software authenticator');
    expect(linesOf({ aaguid: yubiKey }).join()).not.toContain('software');
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
    expect(text).toContain('{model}');
  });
});

describe('YSA-2024-03', () => {
  it('is told of a model that it affects, and says what it takes and that nothing is urgent', () => {
    const text = adviceOn(yubiKey).join(' ');
    for (const word of ['YSA-2024-03', '5.7', 'laboratory', 'urgent', 'Support']) {
      expect(text).toContain(word);
    }
  });

  it('is not told of another, or of a key that is gone', () => {
    expect(adviceOn('a25342c0-3cdc-4414-8e46-f4807fca511c')).toEqual([]);
    expect(adviceOn(unknown)).toEqual([]);
    expect(adviceOn(yubiKey, 'deleted')).toEqual([]);
  });
});
