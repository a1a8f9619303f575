import { describe, expect, it } from 'vitest';
import { compose } from '../../functions/mail/compose.ts';
import type { MailFacts } from '../../functions/mail/facts.ts';
import type { MailView } from '../../functions/mail/view.ts';
import { cases, change, mailFacts, settings } from './cases.ts';
import { methods } from './everyChange.ts';

const view = (facts: MailFacts): MailView => compose(facts, settings);
const one = (parts: Parameters<typeof change>[0]): MailFacts => mailFacts([change(parts)]);

describe('the advice', () => {
  it('says how late the mail is', () => {
    expect(view(cases['unknown-method-late']).notice).toContain('6 hours');
    expect(view(cases['passkey-by-self']).notice).toBe('');
  });

  it('explains a Temporary Access Pass, and speaks of administrators only where one made it', () => {
    expect(view(cases['pass-by-administrator']).explanation).toContain('Administrators create one');
    const byApplication = view(cases['manager-only']).explanation;
    expect(byApplication).toContain('passcode');
    expect(byApplication).not.toMatch(/administrator/i);
  });

  it('explains every method that was added, and none that is gone', () => {
    const explained = methods.map((method) => view(one({ method })).explanation);
    expect(new Set(explained).size).toBe(methods.length);
    expect(explained).not.toContain('');
    expect(view(one({ method: 'phone', action: 'deleted' })).explanation).toBe('');
    expect(view(one({ method: 'perUserMfa', action: 'deleted' })).explanation).toContain('alone');
    expect(view(one({ action: 'defaultChanged' })).explanation).toContain('asked for first');
    expect(view(mailFacts([change(), change()])).explanation).toBe('');
  });

  it('begins with the people who help, and needs no click', () => {
    const [first, ...others] = view(cases['passkey-by-self']).unexpected.steps;
    expect(first?.text).toContain(settings.supportContact);
    expect(first?.text).toContain('7F3K-9Q2M');
    expect(others[0]?.text).toContain(': mysignins.microsoft.com/security-info');
    expect(others).toHaveLength(4);
  });

  it('asks whether it was expected, where it was somebody else', () => {
    expect(view(cases['passkey-by-self']).unexpected.title).toBe('If it wasn’t you');
    expect(view(cases['pass-by-administrator']).unexpected.title).toBe(
      'If you did not expect this',
    );
  });

  it('has words of its own for an organisation and a support without a name', () => {
    const nameless = { ...settings, organizationName: '', supportContact: '' };
    const german = compose({ ...cases['passkey-by-self'], language: 'de' }, nameless);
    expect(german.organization).toBe('Ihre Organisation');
    expect(german.footer).toMatch(/^Ihre Organisation sendet/);
    expect(german.unexpected.steps[0]?.text).toMatch(/: Ihr .*Support/);
  });

  it('names the help page where there is one', () => {
    const withPage = compose(cases['passkey-by-self'], {
      ...settings,
      supportUrl: 'https://help.contoso.com',
    });
    expect(withPage.unexpected.steps[0]?.text).toContain('(help.contoso.com)');
  });

  it('asks the manager in copy to ask, and warns the one who is said to have made the change', () => {
    expect(view(cases['passkey-by-self']).note.text).toContain('Adele Vance');
    expect(view(cases['passkey-by-self']).note.text).toContain('not by replying');
    expect(view(cases['hostile-names']).note.text).toContain('from your own account');
    const { manager: _, ...alone } = cases['passkey-by-self'];
    expect(view(alone).note).toEqual({ title: '', text: '' });
  });

  it('speaks to the manager where nobody else reads it', () => {
    const { headline, summary, expected, unexpected, note } = view(cases['manager-only']);
    expect(headline).toContain('the account of a team member');
    expect(summary).toContain('no mailbox was found');
    expect(JSON.stringify([headline, expected, unexpected])).not.toContain('your account');
    expect(note.text).toBe('');
  });

  it('is refused without a change', () => {
    expect(() => view(mailFacts([]))).toThrow(RangeError);
  });
});
