import { caniemail } from 'caniemail';
import { HtmlValidate } from 'html-validate';
import { describe, expect, test } from 'vitest';
import type { MailSettings } from '../../functions/mail/facts.ts';
import { write } from '../../functions/mail/render.ts';
import { cases, settings } from './cases.ts';

const complete: MailSettings = {
  ...settings,
  report: { kind: 'mailbox', address: 'security@contoso.com' },
  logo: { content: Buffer.from('89504e470d0a1a0a', 'hex'), contentType: 'image/png' },
};
const mails = ['en', 'ar'].flatMap((language) =>
  Object.entries(cases).map(
    ([name, facts]) => [`${name} in ${language}`, write({ ...facts, language }, complete)] as const,
  ),
);

/**
 * What some of the mail clients leave out, and why the mail is whole without it. The client
 * `gmail.mobile-webmail` is left out: it knows no styles at all, and shows the mail in its own.
 */
const dispensable: Readonly<Record<string, string>> = {
  '@media': 'Outlook on Windows: it has neither a narrow screen nor a dark scheme of ours',
  'Chaining selectors': 'MJML’s own, for one version of Thunderbird',
  'color-scheme CSS property': 'where it is not known, the client darkens the light mail itself',
  'color-scheme meta tag': 'as the property',
  'border-radius': 'corners are square',
  overflow: 'only rounds the corners, and hides the preheader, which display:none hides already',
  opacity: 'hides the preheader, which display:none hides already',
  'max-height property': 'as opacity',
  outline: 'of the logo, which is no link',
  'white-space': 'Outlook on Windows may break a line within a telephone number',
  'overflow-wrap': 'MJML writes word-break beside it',
  'word-break': 'Windows Mail, which widens the table',
  'word-spacing': 'MJML writes the value that is the default',
  'aria-label attribute': 'Windows Mail reads the subject instead',
  'role attribute': 'Windows Mail reads the table out, in the right order',
  '<body> element': 'Outlook on a Mac puts the styles of the body on a table of its own',
};

/** Rules of HTML that mail clients are older than. */
const rules = {
  'doctype-style': 'off',
  // Mail has no tabs, and a screen reader reads the title as the subject.
  'long-title': 'off',
  'no-conditional-comment': 'off',
  'no-deprecated-attr': 'off',
  'no-inline-style': 'off',
  'prefer-native-element': 'off',
  'prefer-tbody': 'off',
  'presentation-role-style': 'off',
} as const;

describe.each(mails)('%s', (_, { html }) => {
  test('is valid HTML, as far as mail clients are', async () => {
    const validate = new HtmlValidate({ extends: ['html-validate:recommended'], rules });
    const { results } = await validate.validateString(html);
    const found = results.flatMap(({ messages }) =>
      messages.map(({ ruleId, message, line }) => `${ruleId}: ${message} (line ${line})`),
    );
    expect(found).toEqual([]);
  });

  test('needs nothing that Outlook, Gmail or Apple Mail does not know', () => {
    const { issues } = caniemail({ clients: ['outlook.*', 'gmail.*', 'apple-mail.*'], html });
    const unknown = new Set<string>();
    for (const [client, found] of issues.errors) {
      if (client === 'gmail.mobile-webmail') continue;
      for (const { title } of found)
        if (!(title in dispensable)) unknown.add(`${title}: ${client}`);
    }
    expect([...unknown]).toEqual([]);
  });
});
