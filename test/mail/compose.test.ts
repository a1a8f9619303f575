import { describe, expect, it } from 'vitest';
import { compose } from '../../functions/mail/compose.ts';
import type { MailFacts } from '../../functions/mail/facts.ts';
import type { MailView } from '../../functions/mail/view.ts';
import { administrator, application, cases, change, mailFacts, settings } from './cases.ts';
import { actions, everyChange, methods } from './everyChange.ts';

const view = (facts: MailFacts): MailView => compose(facts, settings);
const rowOf = (facts: MailFacts, label: string): readonly string[] | undefined =>
  view(facts)
    .tables.flatMap(({ rows }) => rows)
    .find((row) => row.label === label)?.lines;
const one = (parts: Parameters<typeof change>[0], facts: Partial<MailFacts> = {}): MailFacts =>
  mailFacts([change(parts)], facts);

describe('the subject', () => {
  const subjects = everyChange.flatMap((made) =>
    (['user', 'manager', 'security'] as const).map(
      (reader) => view(mailFacts([made], { reader })).subject,
    ),
  );

  it('says “security info”, which mailbox rules are watched for, and never “sign-in” or “log in”', () => {
    for (const subject of subjects) {
      expect(subject.toLowerCase()).toContain('security info');
      expect(subject).not.toMatch(/sign.?in|log.?in/i);
    }
  });

  it('is the same whatever the names, and holds none', () => {
    const subject = 'Security info changed: a passkey was added to your account';
    expect(view(cases['hostile-names']).subject).toBe(subject);
    expect(view(cases['passkey-by-self']).subject).toBe(subject);
  });

  it('tells every kind apart, and its reader', () => {
    const perMethod = methods.length * 3;
    const perAction = actions.length - 3;
    expect(new Set(subjects).size).toBe(3 * (perMethod + perAction));
  });

  it('is its own for several changes', () => {
    expect(view(cases['three-changes']).subject).toBe(
      'Security info changed: several changes were made to your account',
    );
  });
});

describe('the headline', () => {
  it.each([
    [{}, 'A passkey was added to your account by you, or by someone signed in as you'],
    [
      { method: 'temporaryAccessPass', initiator: administrator },
      'A Temporary Access Pass was created for your account by an administrator',
    ],
    [
      { method: 'phone', action: 'deleted', initiator: application },
      'A phone number was removed from your account by an application',
    ],
    [
      { method: 'email', action: 'updated', initiator: { kind: 'system' } },
      'An email address for verification was changed on your account by a Microsoft service',
    ],
    [
      { method: 'password', action: 'passwordReset', initiator: administrator },
      'The password of your account was reset by an administrator',
    ],
    [
      { action: 'defaultChanged', initiator: { kind: 'unknown' } },
      'The default verification method was changed on your account',
    ],
    [
      { action: 'unlocked', initiator: administrator },
      'Your account was unlocked by an administrator',
    ],
  ] as const)('%# says what happened and who did it', (parts, headline) => {
    expect(view(one(parts)).headline).toBe(headline);
  });

  it('never blames the reader for what another did', { timeout: 30_000 }, () => {
    for (const made of everyChange.filter(({ initiator }) => initiator.kind !== 'self')) {
      const { headline, preheader, tables } = view(mailFacts([made]));
      expect(JSON.stringify([headline, preheader, tables])).not.toMatch(/\byou\b/i);
    }
  });
});

describe('the facts', () => {
  it('stand in one order', () => {
    const labels = view(mailFacts([everyChange[0] ?? change()])).tables[0]?.rows;
    expect(labels?.map(({ label }) => label)).toEqual([
      'Activity',
      'Phone type',
      'Valid',
      'Can be used',
      'Recorded as',
      'Authenticator',
      'Good to know',
      'Time',
      'Made by',
      'IP address',
      'Browser or device',
      'Account',
      'Reference',
    ]);
  });

  it('show the raw words of a method without a name, quoted', () => {
    expect(rowOf(cases['unknown-method-late'], 'Recorded as')).toEqual([
      '“User updated Verified Face Profile”',
    ]);
    expect(rowOf(one({ method: 'unknown' }), 'Recorded as')).toEqual(['Not recorded']);
  });

  it('name who did it', () => {
    const by = (initiator: Parameters<typeof change>[0] & object) =>
      rowOf(one(initiator), 'Made by')?.[0]?.replaceAll('\u2060', '');
    expect(by({})).toBe('You, or someone signed in as you');
    expect(by({ initiator: administrator })).toBe(
      'Administrator “Megan Bowen” (megan.admin@contoso.com)',
    );
    expect(by({ initiator: { kind: 'administrator', userPrincipalName: 'a@b.c' } })).toBe(
      'Administrator a@b.c',
    );
    expect(by({ initiator: { kind: 'administrator' } })).toBe(
      'An administrator whose name was not recorded',
    );
    expect(by({ initiator: application })).toBe('Application “Onboarding”');
    expect(by({ initiator: { kind: 'system', name: 'x' } })).toBe('Microsoft service');
    expect(by({ initiator: { kind: 'unknown', name: 'x' } })).toBe('Not recorded');
  });

  it('derive nothing from the IP address', () => {
    expect(rowOf(cases['passkey-by-self'], 'IP address')?.[0]).toBe('203.0.113.50');
    expect(rowOf(cases['passkey-by-self'], 'IP address')?.[1]).toContain('no place is derived');
    expect(rowOf(one({ ipAddress: '<null>' }), 'IP address')).toEqual(['Not recorded']);
  });

  it('say when a Temporary Access Pass works', () => {
    expect(rowOf(cases['pass-by-administrator'], 'Valid')).toEqual([
      '24 November 2026, 09:00–10:00 (Europe/Berlin)',
    ]);
    expect(rowOf(cases['pass-by-administrator'], 'Can be used')).toEqual(['Once']);
  });

  it('show a time that cannot be read as it came', () => {
    expect(rowOf(one({ time: 'yesterday' }), 'Time')).toEqual(['“yesterday”']);
  });

  it('give every one of several changes its own table, in the order given', () => {
    const { tables } = view(cases['three-changes']);
    expect(tables.map(({ heading }) => heading.slice(0, 24))).toEqual([
      '1. A Temporary Access Pa',
      '2. A passkey was added t',
      '3. The default verificat',
      '',
    ]);
  });
});

describe('the browser', () => {
  it.each([
    ['Mozilla/5.0 (Windows NT 10.0) Chrome/141.0 Safari/537.36 Edg/141.0', 'Edge on Windows'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Version/19.0 Mobile Safari/604.1',
      'Safari on iPhone',
    ],
    ['Mozilla/5.0 (Linux; Android 16) Chrome/141.0 Mobile Safari/537.36', 'Chrome on Android'],
    ['Mozilla/5.0 (Macintosh; Mac OS X 15) Gecko/20100101 Firefox/144.0', 'Firefox on Mac'],
  ])('is named in short, before its own words: %s', (userAgent, inShort) => {
    const lines = rowOf(one({ userAgent }), 'Browser or device');
    expect(lines?.[0]).toBe(inShort);
    expect(lines?.[1]).toContain('Mozilla');
  });

  it('is quoted where it is not known', () => {
    expect(rowOf(one({ userAgent: 'Authenticator' }), 'Browser or device')).toEqual([
      '“Authenticator”',
    ]);
  });
});

describe('many changes', () => {
  it('are told in a row each after the fifth', () => {
    const tables = view(mailFacts(everyChange.slice(0, 60))).tables;
    expect(tables).toHaveLength(7);
    expect(tables[5]?.rows).toHaveLength(55);
    expect(tables[5]?.rows[54]?.label).toBe('60');
    expect(tables[5]?.rows[54]?.lines).toHaveLength(2);
  });
});

describe('the advice', () => {
  it('says how late the mail is', () => {
    expect(view(cases['unknown-method-late']).late).toContain('6 hours');
    expect(view(cases['passkey-by-self']).late).toBe('');
  });

  it('explains a Temporary Access Pass, and speaks of administrators only where one made it', () => {
    expect(view(cases['pass-by-administrator']).explanation).toContain('Administrators create one');
    const byApplication = view(cases['manager-only']).explanation;
    expect(byApplication).toContain('passcode');
    expect(byApplication).not.toMatch(/administrator/i);
    expect(view(cases['passkey-by-self']).explanation).toBe('');
  });

  it('begins with the people who help, and needs no click', () => {
    const [first, ...others] = view(cases['passkey-by-self']).unexpected.steps;
    expect(first?.text).toContain(settings.supportContact);
    expect(first?.text).toContain('7F3K-9Q2M');
    expect(others[0]?.text).toContain(settings.securityInfoUrl);
    expect(others).toHaveLength(4);
  });

  it('names the help page where there is one', () => {
    const withPage = compose(cases['passkey-by-self'], {
      ...settings,
      supportUrl: 'https://help.contoso.com',
    });
    expect(withPage.unexpected.steps[0]?.text).toContain('(https://help.contoso.com)');
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
