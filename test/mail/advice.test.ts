import { describe, expect, it } from 'vitest';
import { addressIn, contactParts } from '../../functions/config/parsers.ts';
import { reportLink } from '../../functions/mail/advice.ts';
import { compose } from '../../functions/mail/compose.ts';
import type { MailFacts, MailSettings } from '../../functions/mail/facts.ts';
import { write } from '../../functions/mail/render.ts';
import type { Letter } from '../../functions/mail/view.ts';
import { wordsFor } from '../../functions/mail/words.ts';
import { cases, change, mailFacts, settings } from './cases.ts';
import { methods } from './everyChange.ts';

const letterOf = (facts: MailFacts, more: Partial<MailSettings> = {}): Letter => {
  const [letter] = compose(facts, { ...settings, ...more }).letters;
  if (!letter) throw new Error('no letter');
  return letter;
};
const one = (parts: Parameters<typeof change>[0]): MailFacts => mailFacts([change(parts)]);
const sentence = ({ answers: { no } }: Letter) =>
  `${no.question} ${no.action.before}${no.action.target}${no.action.after}`;

describe('the advice', () => {
  it('says how late the mail is', () => {
    expect(letterOf(cases['unknown-method-late']).notice).toContain('6 hours');
    expect(letterOf(cases['passkey-by-self']).notice).toBe('');
  });

  it('explains a Temporary Access Pass, and speaks of administrators only where one made it', () => {
    expect(letterOf(cases['pass-by-administrator']).explanation).toContain('administrators create');
    const byApplication = letterOf(cases['manager-only']).explanation;
    expect(byApplication).toContain('passcode');
    expect(byApplication).not.toMatch(/administrator/i);
  });

  it('explains every method that was added, and none that is gone', () => {
    const explained = methods.map((method) => letterOf(one({ method })).explanation);
    expect(new Set(explained).size).toBe(methods.length);
    expect(explained).not.toContain('');
    expect(letterOf(one({ method: 'phone', action: 'deleted' })).explanation).toBe('');
    expect(letterOf(one({ method: 'perUserMfa', action: 'deleted' })).explanation).toMatch(/alone/);
    expect(letterOf(one({ action: 'defaultChanged' })).explanation).toContain('asked for first');
    expect(letterOf(mailFacts([change(), change()])).explanation).toBe('');
  });

  it('asks whether it was the reader, or whether somebody else did it for them, without a mixed message', () => {
    const own = letterOf(cases['passkey-by-self']);
    expect(own.answers.yes).toEqual({
      question: 'Was it you?',
      gap: ' ',
      answer: 'Nothing to do.',
    });
    expect(sentence(own)).toBe('Not you? Call +49 30 5550 100 now.');
    const other = letterOf(cases['pass-by-administrator']);
    expect(other.answers.yes.question).toBe('Did you ask for it yourself?');
    expect(sentence(other)).toMatch(/^If not, even if a call or message announced it: Call /);
  });

  it('keeps number and reference apart, and the number whole', () => {
    const { no } = letterOf(cases['passkey-by-self']).answers;
    expect(no.action).toMatchObject({ target: '+49 30 5550 100', wrap: 'nowrap' });
    expect(no.reference.labelled).toBe('Reference: 7F3K-9Q2M');
  });

  it('removes what is unknown, changes the password, then signs out, in this order', () => {
    const { items, otherwise } = letterOf(cases['passkey-by-self']).steps;
    const texts = items.map(({ text }) => text);
    expect(texts[0]).toBe('Type into your browser: mysignins.microsoft.com/security-info');
    expect(texts[1]).toMatch(/^Remove what you did not add/);
    expect(texts[2]).toBe('Change your password, then sign out everywhere.');
    expect(otherwise).toContain('Cannot sign in?');
    const gone = letterOf(one({ action: 'deleted' })).steps.items.map(({ text }) => text);
    expect(gone[1]).toMatch(/^Add back what is missing/);
  });

  it('writes to a mailbox where there is no number, asks in words where there is neither', () => {
    const { supportPhone: _, ...rest } = settings;
    const to = (more: Partial<MailSettings>) => {
      const [letter] = compose(cases['passkey-by-self'], { ...rest, ...more }).letters;
      return letter ? sentence(letter) : '';
    };
    const supportEmail = 'help@contoso.com';
    expect(to({ supportEmail })).toContain('Write to help@contoso.com now.');
    expect(to({ supportContact: 'the desk in room 5' })).toContain('now: the desk in room 5');
    expect(to({})).toContain('your IT support desk');
    // The link says it already.
    const report = { kind: 'mailbox', address: supportEmail } as const;
    expect(to({ supportEmail, report }).trim()).toBe('Not you?');
  });

  it('has words of its own for an organisation without a name, and names the help page', () => {
    const nameless = { ...settings, organizationName: '', supportUrl: 'https://help.contoso.com' };
    const german = compose({ ...cases['passkey-by-self'], language: 'de' }, nameless);
    expect(german.organization).toBe('Ihre Organisation');
    expect(german.letters[0]?.footer).toMatch(/^Ihre Organisation sendet/);
    expect(german.letters[0]?.answers.no.page).toBe('Hilfeseite: help.contoso.com');
  });

  it('asks the manager in copy to ask, and warns the one who is said to have made the change', () => {
    expect(letterOf(cases['passkey-by-self']).note).toMatch(/Adele Vance.*not by email/);
    expect(letterOf(cases['passkey-by-self']).addressed).toBe(
      'To “Adele Vance”; copy to their manager',
    );
    expect(letterOf(cases['hostile-names']).note).toContain('from your own account');
    const { manager: _, ...alone } = cases['passkey-by-self'];
    expect(letterOf(alone)).toMatchObject({ note: '', addressed: '' });
  });

  it('speaks to the manager or the security team where nobody else reads it', () => {
    const manager = letterOf(cases['manager-only']);
    expect(manager.addressed).toMatch(/^You read this as the manager of “Adele Vance”/);
    expect(manager.note).toBe('');
    const team = letterOf(cases['security-only']);
    expect(sentence(team)).toContain('Ask the help desk: +49 30 5550 100');
    for (const letter of [manager, team]) {
      expect(JSON.stringify(letter.answers)).not.toMatch(/was it you/i);
    }
  });

  it('is refused without a change', () => {
    expect(() => letterOf(mailFacts([]))).toThrow(RangeError);
  });
});

const words = wordsFor('en');
const facts = { reference: '7F3K-9Q2M' };
const page = 'https://help.contoso.com/report?a=1&ref={reference}#{reference}';

describe('a report', () => {
  it('is a mail that is written already, with the reference in subject and body', () => {
    const report = { kind: 'mailbox', address: 'it+security@contoso.com' } as const;
    const { href, link, text } = reportLink(facts, { report }, words);
    expect(text).toBe('Report by email:');
    expect(link).toBe('it+security@contoso.com');
    const url = new URL(href);
    expect(url.protocol).toBe('mailto:');
    expect(decodeURIComponent(url.pathname)).toBe('it+security@contoso.com');
    expect(url.searchParams.get('subject')).toBe('Security info not recognized: 7F3K-9Q2M');
    expect(url.searchParams.get('body')).toContain('7F3K-9Q2M');
    expect([...url.searchParams.keys()]).toEqual(['subject', 'body']);
  });

  it('is a page where there is one, with the reference wherever it is asked for', () => {
    const { href, link } = reportLink(facts, { report: { kind: 'page', url: page } }, words);
    expect(href).toBe('https://help.contoso.com/report?a=1&ref=7F3K-9Q2M#7F3K-9Q2M');
    expect(link).toBe(href);
  });

  it('is the only link of a mail, and stands in its text', () => {
    for (const report of [{ kind: 'page', url: page } as const, undefined]) {
      const { html, text } = write(cases['passkey-by-self'], {
        ...settings,
        ...(report && { report }),
      });
      const links = html.match(/<a\b[^>]*>/g) ?? [];
      expect(links).toHaveLength(report ? 1 : 0);
      expect(text.includes('Report on this page: https://help.contoso.com/report')).toBe(!!report);
      if (report) expect(links[0]).toContain('ref&#x3D;7F3K-9Q2M');
      expect(html).not.toMatch(/it was me|confirm|dismiss/i);
    }
  });
});

describe('a contact in one line', () => {
  it.each([
    ['+1 555 0100 or security@contoso.example', '+1 555 0100', 'security@contoso.example', ''],
    ['+1 555 0100', '+1 555 0100', '', ''],
    ['help@contoso.com', '', 'help@contoso.com', ''],
    ['+49 (30) 5550-100 / help@contoso.com', '+49 (30) 5550-100', 'help@contoso.com', ''],
    ['the desk, +1 555 0100', '', '', 'the desk, +1 555 0100'],
    ['ask it@contoso.com in room 5', '', 'it@contoso.com', 'ask it@contoso.com in room 5'],
    ['', '', '', ''],
  ])('%s is a number, an address, or words', (line, phone, email, said) => {
    expect(contactParts(line)).toEqual({ phone, email, words: said });
  });

  it.each([
    ['Help desk <helpdesk@contoso.com>, 24 h', 'helpdesk@contoso.com'],
    ['ask @helpdesk', undefined],
    ['call us@8am', undefined],
    ['社内ヘルプデスク（helpdesk@contoso.com）', 'helpdesk@contoso.com'],
  ])('holds a mailbox: %s', (text, address) => {
    expect(addressIn(text)).toBe(address);
  });
});
