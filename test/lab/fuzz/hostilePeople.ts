import fc from 'fast-check';
import { words } from '../../fixtures/words.ts';
import { json, shortText, text } from './hostileText.ts';

const mail = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('adelev@contoso.example', 'megan@contoso.example') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '=?utf-8?q?x?=@contoso.example',
      'ädele@contoso.example',
      'adele@bücher.example',
      `${'a'.repeat(64)}@${'b.'.repeat(90)}example`,
      'a@b@c',
      '\u0316@\u0301.\u0301',
      'a@😀.example',
      'a@xn--.xn--a',
      'a=b!{x}`|~@contoso.example',
      '.@.',
      'a@b\r\nBcc: c@d',
      '(c)a@b',
      'a@-',
      'a@。',
    ),
  },
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 2, arbitrary: text },
);

const language = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...Object.keys(words)) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'de-AT',
      'no',
      'x-foo',
      'i-klingon',
      'en-u-nu-arab',
      'und',
      'zh,de',
      'de;q=0.1',
    ),
  },
  { weight: 2, arbitrary: text },
);

const country = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('DE', 'US', 'JP', 'ZZ', 'AQ', 'XA', 'xx', 'D', 'DEU') },
  { weight: 1, arbitrary: shortText },
);

const named = {
  id: fc.oneof({ weight: 6, arbitrary: fc.constant('u1') }, { weight: 2, arbitrary: text }),
  displayName: text,
  mail,
  userPrincipalName: fc.oneof(
    { weight: 4, arbitrary: fc.constant('adelev@contoso.example') },
    { weight: 4, arbitrary: text },
  ),
  accountEnabled: fc.constantFrom(true, true, false, null),
  preferredLanguage: language,
};

const shaped = fc.record(
  {
    ...named,
    otherMails: fc.array(mail, { maxLength: 3 }),
    usageLocation: country,
    userType: fc.oneof(fc.constantFrom('Member', 'Guest', null), shortText),
    manager: fc.oneof(
      { weight: 40, arbitrary: fc.record(named, { requiredKeys: [], noNullPrototype: true }) },
      { weight: 5, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: json },
    ),
  },
  { requiredKeys: ['id', 'mail', 'preferredLanguage'], noNullPrototype: true },
);

/** What Graph may answer when it is asked for a user. */
export const person: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 30, arbitrary: shaped },
  { weight: 1, arbitrary: json },
);

/** What Graph may answer when it is asked for a passkey of theirs. */
export const passkey: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record(
      {
        displayName: text,
        createdDateTime: fc.constantFrom('2026-11-24T08:02:30Z', '2026-11-24T08:00:00Z', 'x'),
        aaGuid: fc.oneof(fc.constant('cb69481e-8ff7-4039-93ec-0a2729a154a8'), shortText),
        model: text,
        attestationLevel: fc.constantFrom('attested', 'notAttested', 'constructor'),
        passkeyType: fc.constantFrom('synced', 'deviceBound', '__proto__'),
      },
      { requiredKeys: ['createdDateTime', 'displayName'], noNullPrototype: true },
    ),
  },
  { weight: 1, arbitrary: json },
);
