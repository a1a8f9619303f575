import { describe, expect, it } from 'vitest';
import { compose } from '../../functions/mail/compose.ts';
import type { MailFacts } from '../../functions/mail/facts.ts';
import { write } from '../../functions/mail/render.ts';
import type { Letter } from '../../functions/mail/view.ts';
import { administrator, application, cases, change, mailFacts, settings } from './cases.ts';
import { actions, everyChange, methods } from './everyChange.ts';

const view = (facts: MailFacts) => compose(facts, settings);
const letterOf = (facts: MailFacts): Letter => {
  const [letter] = view(facts).letters;
  if (!letter) throw new Error('no letter');
  return letter;
};
const rowOf = (facts: MailFacts, label: string): readonly string[] | undefined => {
  const { first, tables } = letterOf(facts);
  const rows = [...first, ...tables.flatMap((table) => table.rows)];
  return rows.find((row) => row.label === label)?.lines;
};
const one = (parts: Parameters<typeof change>[0], facts: Partial<MailFacts> = {}): MailFacts =>
  mailFacts([change(parts)], facts);

describe('the subject', () => {
  const subjects = everyChange.map((made) => view(mailFacts([made])).subject);

  it('says “security info”, which mailbox rules are watched for, and never “sign-in” or “log in”', () => {
    for (const subject of subjects) {
      expect(subject).toMatch(/ – security info$/);
      expect(subject).not.toMatch(/sign.?in|log.?in/i);
    }
  });

  it('begins with the event, then the account, within a phone’s forty columns', () => {
    expect(view(cases['passkey-by-self']).subject).toBe('Passkey added: adelev – security info');
    const both = subjects.map((subject) => subject.replace(' – security info', ''));
    expect(both.filter((text) => text.length > 40)).toEqual([]);
  });

  it('names the account by its address alone, whatever the names are', () => {
    expect(view(cases['hostile-names']).subject).toBe(view(cases['passkey-by-self']).subject);
    const named = (userPrincipalName: string, subjectAccount?: 'whole') =>
      compose(mailFacts([change()], { account: { userPrincipalName } }), {
        ...settings,
        ...(subjectAccount && { subjectAccount }),
      }).subject;
    expect(named('nora_fabrikam.com#EXT#@contoso.com')).toContain(': nora_fabrikam.com – ');
    expect(named('adelev@contoso.com', 'whole')).toContain(': adelev@contoso.com – ');
    expect(named(`${'a'.repeat(60)}@contoso.com`)).toContain(`: ${'a'.repeat(23)}… – `);
    expect(named('$$$ free <b>@evil.example')).toContain(': 7F3K-9Q2M – ');
    expect(view(mailFacts([change()], { account: {} })).subject).toContain(': 7F3K-9Q2M – ');
  });

  it('tells every kind apart', () => {
    expect(new Set(subjects).size).toBe(methods.length * 3 + actions.length - 3);
    expect(view(cases['three-changes']).subject).toBe('3 changes: adelev – security info');
  });

  it('of a test says so', () => {
    const { subject, letters } = view(mailFacts([change()], { test: true }));
    expect(subject).toMatch(/^Test: /);
    expect(letters[0]?.headline).toMatch(/^Test: /);
    expect(letters[0]?.notice).toContain('Nothing was changed');
  });
});

describe('of many changes by many hands', () => {
  const makers = ['ann', 'bea', 'cas', 'dee', 'eve', 'fay', 'gus'];
  const made = makers.map((name) =>
    change({
      initiator: { kind: 'administrator', userPrincipalName: `${name}@contoso.com` },
    }),
  );

  it('every maker is named, the one that matters may be the last', () => {
    expect(rowOf(mailFacts(made), 'By')).toEqual(
      makers.map((name) => `Administrator ${name}@contoso.com`),
    );
  });

  it('each change has its own, also in the short rows', () => {
    const further = letterOf(mailFacts(made)).tables.find(({ heading }) =>
      /further|more/i.test(heading),
    );
    expect(further?.rows.map(({ lines }) => lines.at(-1))).toEqual([
      'Administrator fay@contoso.com',
      'Administrator gus@contoso.com',
    ]);
    const same = letterOf(mailFacts(made.map(() => made[0] ?? change())));
    expect(JSON.stringify(same).match(/ann@contoso/g)).toHaveLength(2);
  });
});

describe('the first lines', () => {
  it('say whose account, when and by whom', () => {
    const { headline, first } = letterOf(cases['pass-by-administrator']);
    expect(headline).toBe('Temporary Access Pass created');
    expect(first.map(({ labelled }) => labelled)).toEqual([
      'Account: adelev@contoso.com',
      'When: Tuesday, 24 November 2026 at 04:03',
      'By: Administrator “Megan Bowen” (megan.admin@contoso.com)',
    ]);
  });

  it('name who did it', () => {
    const by = (initiator: Parameters<typeof change>[0] & object) =>
      rowOf(one(initiator), 'By')?.[0];
    expect(by({})).toBe('You, or someone signed in as you');
    expect(rowOf(one({}, { reader: 'security' }), 'By')?.[0]).toMatch(/^The account’s own user/);
    expect(by({ initiator: { kind: 'administrator', userPrincipalName: 'a@b.c' } })).toBe(
      'Administrator a@b.c',
    );
    expect(by({ initiator: { kind: 'administrator' } })).toBe(
      'An administrator whose name was not recorded',
    );
    expect(by({ initiator: application })).toBe('Application “Onboarding”');
    expect(by({ initiator: { kind: 'system', name: 'x' } })).toBe('A Microsoft service');
    const account = { id: 'a0b1', userPrincipalName: 'Sync_DC01@contoso.example', name: 'x' };
    expect(by({ initiator: { kind: 'system', ...account } })).toBe(
      'A Microsoft service (Sync_DC01@contoso.example)',
    );
    expect(by({ initiator: { kind: 'system', id: 'sp', name: 'Sync' } })).toBe(
      'A Microsoft service (“Sync”)',
    );
    expect(by({ initiator: { kind: 'unknown', name: 'x' } })).toBe('Not recorded');
  });

  it('keep an address whole, to be searched for and copied', () => {
    const { text, html } = write(cases['pass-by-administrator'], settings);
    for (const part of [text, html]) {
      expect(part).toContain('megan.admin@contoso.com');
      expect(part).not.toContain('\u2060');
    }
  });

  it('never blame the reader for what another did', { timeout: 30_000 }, () => {
    for (const made of everyChange.filter(({ initiator }) => initiator.kind !== 'self')) {
      const { headline, first, tables } = letterOf(mailFacts([made]));
      expect(JSON.stringify([headline, first, tables])).not.toMatch(/\byou\b/i);
    }
  });

  it('name the person by name where somebody else reads it', () => {
    expect(rowOf(cases['manager-only'], 'Account')).toEqual([
      'adelev@contoso.com',
      '“Adele Vance”',
    ]);
    expect(rowOf(mailFacts([change()], { account: {} }), 'Account')).toEqual(['Not recorded']);
  });
});

describe('the facts', () => {
  it('stand in one order, and repeat nothing that was said', () => {
    expect(letterOf(mailFacts([everyChange[0] ?? change()])).tables[0]?.rows).toMatchObject(
      ['Phone type', 'Valid', 'Recorded as', 'Kept on', 'From'].map((label) => ({ label })),
    );
  });

  it('show the raw words of a method without a name, quoted', () => {
    expect(rowOf(cases['unknown-method-late'], 'Recorded as')).toEqual([
      '“User updated Verified Face Profile”',
    ]);
    expect(rowOf(one({ method: 'unknown' }), 'Recorded as')).toEqual(['Not recorded']);
  });

  it('derive nothing from the IP address, and say so in one line', () => {
    expect(rowOf(cases['passkey-by-self'], 'From')).toEqual([
      '203.0.113.50 · Chrome on Windows',
      'Recorded by Microsoft; often not the person’s own.',
    ]);
    expect(rowOf(one({ ipAddress: '<null>' }), 'From')).toEqual(['Not recorded']);
  });

  it('say when a Temporary Access Pass works, in the form that every time of the mail has', () => {
    expect(rowOf(cases['pass-by-administrator'], 'Valid')).toEqual([
      'Tuesday, 24 November 2026 at 09:00 – 10:00',
      'Once',
    ]);
  });

  it('show a time that cannot be read as it came', () => {
    expect(rowOf(one({ time: 'yesterday' }), 'When')).toEqual(['“yesterday”']);
  });
});

describe('the browser', () => {
  const from = (userAgent: string) => rowOf(one({ userAgent, ipAddress: '' }), 'From');
  it.each([
    ['Mozilla/5.0 (Windows NT 10.0) Chrome/141.0 Safari/537.36 Edg/141.0', 'Edge on Windows'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Version/19.0 Mobile Safari/604.1',
      'Safari on iPhone',
    ],
    ['Mozilla/5.0 (Linux; Android 16) Chrome/141.0 Mobile Safari/537.36', 'Chrome on Android'],
    ['Mozilla/5.0 (Macintosh; Mac OS X 15) Gecko/20100101 Firefox/144.0', 'Firefox on Mac'],
  ])('is named in short: %s', (userAgent, inShort) => {
    expect(from(userAgent)).toEqual([inShort]);
  });

  it.each(['Authenticator', 'BUY NOW http://evil.example', '\u0000', 'А'.repeat(5_000)])(
    'is never shown in its own words: %s',
    (userAgent) => {
      expect(from(userAgent)).toEqual(['a browser or app that we do not know']);
    },
  );
});

describe('many changes', () => {
  const tables = (...changes: readonly ReturnType<typeof change>[]) =>
    letterOf(mailFacts(changes)).tables;

  it('say once what is the same for all of them', () => {
    const added = (time: string, ipAddress = '203.0.113.50') => change({ time, ipAddress });
    const labels = (...changes: readonly ReturnType<typeof change>[]) =>
      tables(...changes).map(({ rows }) => rows.map(({ label }) => label).join(', '));
    expect(labels(added('2026-11-24T03:03:00Z'), added('2026-11-24T03:03:20Z'))).toEqual([
      'When',
      'When',
      'From',
    ]);
    expect(labels(added('2026-11-24T03:03:00Z'), added('2026-11-24T03:03:20Z', '::1'))).toEqual([
      'When, From',
      'When, From',
    ]);
  });

  it('name their makers where there are several, and explain an address once', () => {
    const [first, second] = tables(
      change(),
      change({ initiator: administrator, ipAddress: '::1' }),
    );
    expect(first?.rows.map(({ label }) => label)).toEqual(['When', 'By', 'From']);
    expect(first?.rows.at(-1)?.lines).toHaveLength(2);
    expect(second?.rows.at(-1)?.lines).toEqual(['::1']);
  });

  it('begin with the span in which they were made', () => {
    const facts = mailFacts([change(), change({ time: '2026-11-24T03:05:00Z' })]);
    expect(rowOf(facts, 'When')?.[0]).toBe('Tuesday, 24 November 2026 at 04:03 – 04:05');
  });

  it('beyond five are told in a row each', () => {
    const { tables: all } = letterOf(mailFacts(Array.from({ length: 7 }, () => change())));
    expect(all.map(({ heading }) => heading.replace(/ .*/, ''))).toEqual([
      ...['1.', '2.', '3.', '4.', '5.'],
      '2',
      '',
    ]);
    expect(all[5]?.rows[0]?.labelled).toBe('6: Passkey added');
  });
});

describe('a reader whose language there is none of', () => {
  const facts: MailFacts = { ...cases['passkey-by-self'], language: 'de', englishBelow: true };

  it('reads the default, and English below it', () => {
    const { letters, subject } = view(facts);
    expect(letters.map(({ language }) => language)).toEqual(['de', 'en']);
    expect(subject).toBe('Passkey hinzugefügt: adelev');
    const { html, text } = write(facts, settings);
    expect(text).toMatch(/Passkey hinzugefügt.*\* \* \*.*Passkey added.*Not you\? Call/s);
    expect(html.match(/<h1/g)).toHaveLength(1);
    expect(Buffer.byteLength(html)).toBeLessThan(30_000);
    expect(view({ ...facts, language: 'en' }).letters).toHaveLength(1);
  });
});

it('the main mail has at most 200 words, and 22 KB of HTML', () => {
  const { html, text } = write(cases['passkey-by-self'], settings);
  expect(text.split(/\s+/).length).toBeLessThanOrEqual(200);
  expect(Buffer.byteLength(html)).toBeLessThanOrEqual(22_000);
});
