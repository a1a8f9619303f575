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
      'Time',
      'Made by',
      'IP address',
      'Browser or device',
      'Good to know',
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
  ])('is named in short: %s', (userAgent, inShort) => {
    expect(rowOf(one({ userAgent }), 'Browser or device')).toEqual([inShort]);
  });

  it('is quoted where it is not known', () => {
    expect(rowOf(one({ userAgent: 'Authenticator' }), 'Browser or device')).toEqual([
      '“Authenticator”',
    ]);
  });
});

describe('many changes', () => {
  it('say once what is the same for all of them', () => {
    const added = (time: string, ipAddress = '203.0.113.50') => change({ time, ipAddress });
    const labels = (...changes: readonly ReturnType<typeof change>[]) =>
      view(mailFacts(changes)).tables.map(({ rows }) => rows.map(({ label }) => label).join(', '));
    expect(labels(added('2026-11-24T03:03:00Z'), added('2026-11-24T03:03:20Z'))).toEqual([
      'Activity, Time',
      'Activity, Time',
      'Made by, IP address, Account, Reference',
    ]);
    expect(labels(added('2026-11-24T03:03:00Z'), added('2026-11-24T03:03:20Z', '::1'))).toEqual([
      'Activity, Time, IP address',
      'Activity, Time, IP address',
      'Made by, Account, Reference',
    ]);
  });

  it('explain the clock and the IP address once, and name a maker once', () => {
    const facts = mailFacts([change(), change({ ipAddress: '2001:db8::1' })]);
    const [first, second] = view(facts).tables;
    expect(first?.heading).toBe('1. A passkey was added to your account');
    expect(first?.rows.map(({ lines }) => lines.length)).toEqual([1, 3, 2]);
    expect(second?.rows.map(({ lines }) => lines.length)).toEqual([1, 2, 1]);
    const unknown = view(mailFacts([change({ ipAddress: '' }), change()])).tables;
    expect(unknown[1]?.rows.at(-1)?.lines).toHaveLength(2);
    const mixed = view(mailFacts([change(), change({ initiator: administrator })])).tables;
    expect(mixed[0]?.heading).toContain('by you, or by someone signed in as you');
    expect(mixed[1]?.heading).toContain('by an administrator');
  });

  it('are counted, in the plural that the number needs', () => {
    const opening = (count: number) => view(mailFacts(everyChange.slice(0, count)));
    expect(opening(3).headline).toBe('3 changes were made to your account');
    expect(opening(6).tables[5]?.heading).toBe('1 more change, in brief');
    expect(opening(7).tables[5]?.heading).toBe('2 more changes, in brief');
  });

  it('are told in a row each after the fifth', () => {
    const tables = view(mailFacts(everyChange.slice(0, 60))).tables;
    expect(tables).toHaveLength(7);
    expect(tables[5]?.rows).toHaveLength(55);
    expect(tables[5]?.rows[54]?.label).toBe('60');
    expect(tables[5]?.rows[54]?.lines).toHaveLength(2);
  });
});
