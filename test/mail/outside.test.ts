import { describe, expect, test } from 'vitest';
import { languageTags } from '../../functions/languages.ts';
import { forOutside } from '../../functions/mail/outside.ts';
import { write } from '../../functions/mail/render.ts';
import { administrator, change, mailFacts, settings } from './cases.ts';

const secrets = {
  ip: '203.0.113.77',
  agent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0',
  key: 'My blue key',
  admin: 'Isaiah Langer',
  name: 'Adele Vance',
  account: 'adelev',
};

const facts = (language: string, userPrincipalName = 'AdeleV@contoso.com') =>
  mailFacts(
    [
      change({
        method: 'passkey',
        action: 'registered',
        initiator: { ...administrator, name: secrets.admin },
        ipAddress: secrets.ip,
        userAgent: secrets.agent,
        details: { passkey: { name: secrets.key, model: 'Some model', aaguid: 'none' } },
      }),
    ],
    { language, account: { displayName: secrets.name, userPrincipalName } },
  );

describe('a mail to another address', () => {
  test.each(languageTags)(
    'in %s says what happened, and nobody’s names, places and devices',
    (language) => {
      const mail = write(forOutside(facts(language)), settings);
      for (const part of [mail.subject, mail.html, mail.text]) {
        for (const secret of [...Object.values(secrets), 'Chrome', 'Windows']) {
          expect(part.toLowerCase(), secret).not.toContain(secret.toLowerCase());
        }
      }
      expect(mail.text).toContain('A…@');
      expect(mail.subject).toContain(facts(language).reference);
      expect(write(facts(language), settings).text).toContain(secrets.admin);
    },
  );

  test.each(['', 'no address', '\u202eevil@contoso.com', '<b>x</b>@contoso.com'])(
    'names no account where it is called %j',
    (userPrincipalName) => {
      expect(forOutside(facts('en', userPrincipalName)).account).toEqual({});
    },
  );

  test('shows the account of a guest as any other', () => {
    const account = 'nora.lind_fabrikam.example#EXT#@contoso.com';
    expect(forOutside(facts('en', account)).account).toEqual({
      userPrincipalName: 'n…@contoso.com',
    });
  });
});
