import { describe, expect, test } from 'vitest';
import { readConfig } from '../../functions/config/config.ts';
import type { Notification } from '../../functions/ledger/notification.ts';
import { addressHash } from '../../functions/people/address.ts';
import type { Person } from '../../functions/people/directory.ts';
import { isRiskyFor, prepare, prepareSummary } from '../../functions/send/prepare.ts';
import { newRow } from '../lab/machine/newRow.ts';
import { administrator, change, settings as mail } from '../mail/cases.ts';

const now = new Date('2026-11-24T09:00:00Z');
const soc = 'soc@contoso.example';
const watched = '5b1c2d3e-0000-4000-8000-000000000001';
const settings = (more: Record<string, string> = {}) => ({
  ...readConfig({
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    GRAPH_BASE_URL: 'http://127.0.0.1:1',
    SENDER_MAILBOXES: 'security@contoso.example',
    SECURITY_COPY: soc,
    DEFAULT_TIME_ZONE: 'Europe/Berlin',
    WATCHED_GROUPS: watched,
    ...more,
  }),
  mail,
});
const miriam = { id: 'm', displayName: 'Miriam', mail: 'miriam@contoso.com', accountEnabled: true };
const adele: Person = {
  id: 'u1',
  userPrincipalName: 'adelev@contoso.com',
  displayName: 'Adele',
  mail: 'adelev@contoso.com',
  usageLocation: 'JP',
  mailboxZone: 'Asia/Kathmandu',
  manager: miriam,
};
const byAdmin = change({ time: now.toISOString(), method: 'phone', initiator: administrator });

function prepared(
  row: Partial<Notification>,
  person: Partial<Person> = {},
  more: Record<string, string> = {},
) {
  return prepare({ ...newRow(1, now), ...row }, { ...adele, ...person }, settings(more), now);
}
function mailOf(...parts: Parameters<typeof prepared>) {
  const found = prepared(...parts);
  if (found.kind !== 'mail') throw new Error(found.ending.reason);
  const { text } = found.mail;
  return { ...found, text, copied: found.copies.map(({ address }) => address) };
}

test.each([
  ['the user', {}, '14:45', 'Nepal'],
  ['the manager alone', { mail: null }, '18:00', 'Japan'],
  ['the security team alone', { mail: null, manager: null }, '10:00', 'Central European'],
])('%s reads times by the mailbox, the country or the organisation', (_, person, time, zone) => {
  const { text } = mailOf({ changes: [byAdmin] }, person);
  expect(text).toContain(time);
  expect(text).toContain(zone);
});

test('a mail names the manager where they read it, and nowhere else', () => {
  expect(mailOf({}).text).toMatch(/manager/i);
  for (const more of [{ COPY_MANAGER: 'never' }, { COPY_MANAGER: 'risky' }]) {
    const { text, copied } = mailOf({}, {}, more);
    expect(copied).toEqual([]);
    expect(text).not.toMatch(/manager/i);
  }
});

test('members of watched groups are told as one of few, however many there are', () => {
  expect(mailOf({ bulk: true, changes: [byAdmin] }).copied).toEqual([]);
  const isWatched = { groups: new Set([watched]) };
  expect(mailOf({ bulk: true, changes: [byAdmin] }, isWatched).copied).toEqual([miriam.mail, soc]);
});

test('where nobody else can be told of a deleted account, its own mail is still due', () => {
  const gone = { followUp: 'gone', changes: [byAdmin] } as const;
  const nobody = { kind: 'nobody', ending: { state: 'suppressed', reason: 'nobodyElse' } };
  expect(prepared(gone, { manager: null }, { SECURITY_COPY: '' })).toEqual(nobody);
  expect(prepared(gone, { manager: null })).toMatchObject({ to: { address: soc } });
});

test('who made a change is decided by what the directory says, before it is called risky', () => {
  const open = (name: string) =>
    change({
      method: 'phone',
      target: { id: 'u1' },
      initiator: { kind: 'unknown', userPrincipalName: name },
    });
  expect(isRiskyFor([open('AdeleV@contoso.com')], adele, [])).toBe(false);
  expect(isRiskyFor([open('megan@contoso.com')], adele, [])).toBe(true);
  expect(mailOf({ changes: [open('megan@contoso.com')] }).copied).toContain(soc);
});

describe('where Exchange has refused an address', () => {
  const answer = '400 ErrorInvalidRecipients';
  const cause = { reason: 'recipientRefused', answer } as const;
  const refusing = (...addresses: readonly string[]): Partial<Notification> => ({
    refused: addresses.map(addressHash),
    steps: [{ at: now.toISOString(), state: 'pending', cause }],
  });

  test('the mail is the manager’s', () => {
    const mail = mailOf({ changes: [byAdmin], ...refusing('AdeleV@contoso.com') });
    expect(mail.to.address).toBe(miriam.mail);
    expect(mail.copied).toEqual([soc]);
    expect(mail.text).toContain('for whom no mailbox was found');
  });

  test('and there is no other, nobody is told, and the answer says why', () => {
    expect(prepared(refusing('adelev@contoso.com'), { manager: null })).toEqual({
      kind: 'nobody',
      ending: { state: 'undeliverable', reason: 'addressRefused', manager: 'none', answer },
    });
  });

  test('a summary goes to the next of the security team', () => {
    const summary = { users: 30, from: now.toISOString(), to: now.toISOString() };
    const row = (...addresses: readonly string[]) => ({
      ...newRow(1, now),
      ...refusing(...addresses),
      summary,
    });
    const team = settings({ SECURITY_COPY: `${soc},ciso@contoso.example` });
    expect(prepareSummary(row(soc), summary, team)).toMatchObject({
      to: { address: 'ciso@contoso.example' },
      copies: [],
    });
    expect(prepareSummary(row(soc, 'ciso@contoso.example'), summary, team)).toEqual({
      kind: 'nobody',
      ending: { state: 'undeliverable', reason: 'addressRefused', answer },
    });
  });
});
