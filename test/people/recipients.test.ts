import { describe, expect, test } from 'vitest';
import type { Person } from '../../functions/people/directory.ts';
import {
  chooseRecipients,
  isByManager,
  isRisky,
  type RecipientSettings,
} from '../../functions/people/recipients.ts';
import { administrator, application, change } from '../mail/cases.ts';

const manager = { id: 'm', displayName: 'Miriam', mail: 'miriam@x.example', accountEnabled: true };
const person: Person = { id: 'u', displayName: 'Adele', mail: 'adele@x.example', manager };
const settings: RecipientSettings = {
  copyManager: 'always',
  securityCopy: [],
};

const choose = (who: Partial<Person>, set: Partial<RecipientSettings> = {}, risky = false) =>
  chooseRecipients({ ...person, ...who }, { risky }, { ...settings, ...set });

describe('the manager is in copy', () => {
  test('of every change', () => {
    expect(choose({})).toEqual({
      kind: 'tell',
      reader: 'user',
      to: { address: 'adele@x.example', name: 'Adele' },
      copy: { address: 'miriam@x.example', name: 'Miriam' },
      security: [],
      outcome: { reason: 'userTold', manager: 'inCopy' },
      outcomeAlone: { reason: 'userTold', withoutCopies: 'manager' },
    });
  });

  test('also where the manager is a contact', () => {
    const contact = { displayName: 'Partner', mail: 'boss@partner.example' };
    expect(choose({ manager: contact })).toMatchObject({
      copy: { address: 'boss@partner.example' },
    });
  });

  test.each([
    ['there is none', { manager: null }, {}, 'none'],
    ['disabled', { manager: { ...manager, accountEnabled: false } }, {}, 'disabled'],
    ['without a mailbox', { manager: { ...manager, mail: null } }, {}, 'noMailbox'],
    [
      'at the same address',
      { manager: { ...manager, mail: 'Adele@x.example' } },
      {},
      'sameAddress',
    ],
    ['not wanted', {}, { copyManager: 'never' as const }, 'notWanted'],
    ['wanted for risky changes only', {}, { copyManager: 'risky' as const }, 'notWanted'],
  ])('unless %s', (_, who, change, why) => {
    const chosen = choose(who, change);
    expect(chosen).not.toHaveProperty('copy');
    expect(chosen).toMatchObject({ reader: 'user', outcome: { reason: 'userTold', manager: why } });
  });

  test('of a risky change, where only those are wanted', () => {
    expect(choose({}, { copyManager: 'risky' }, true)).toHaveProperty('copy');
  });
});

test('the manager is told of as the maker only where every change is theirs', () => {
  const boss = change({ initiator: { kind: 'administrator', id: 'M' } });
  const self = change({ initiator: { kind: 'self', id: 'u' } });
  expect(isByManager([boss], person)).toBe(true);
  expect(isByManager([boss, self], person)).toBe(false);
  expect(isByManager([boss], { manager: null })).toBe(false);
});

describe('somebody without a mailbox', () => {
  test('is told at another address by a mail of its own, and nobody else sees it', () => {
    const who = { mail: null, otherMails: ['', 'adele@home.example'] };
    expect(choose(who)).toMatchObject({ reader: 'manager', to: { address: 'miriam@x.example' } });
    const occasion = { risky: true, elsewhere: 'adele@home.example' };
    const set = { ...settings, securityCopy: ['soc@x.example'] };
    expect(chooseRecipients({ ...person, ...who }, occasion, set)).toEqual({
      kind: 'tell',
      reader: 'user',
      to: { address: 'adele@home.example' },
      security: [],
      outcome: { reason: 'userTold', elsewhere: true },
      outcomeAlone: { reason: 'userTold', elsewhere: true },
    });
  });

  test('and without a manager cannot be told, and the outcome says why', () => {
    expect(choose({ mail: null, manager: null })).toEqual({
      kind: 'nobody',
      outcome: { reason: 'noRecipient', manager: 'none' },
    });
    expect(choose({ mail: null }, { copyManager: 'never' }).outcome).toEqual({
      reason: 'noRecipient',
      manager: 'notWanted',
    });
  });

  test.each([
    'a@x.example\r\nBcc: b@y.example',
    'a@x.example, b@y.example',
    '<a@x.example>',
    'none',
  ])('has none in %j', (mail) => expect(choose({ mail })).toMatchObject({ reader: 'manager' }));
});

describe('the security team', () => {
  const securityCopy = ['soc@x.example', 'ciso@x.example'];
  const team = securityCopy.map((address) => ({ address }));

  test('is in copy of risky changes, and of no others', () => {
    expect(choose({}, { securityCopy }, true)).toMatchObject({
      to: { address: 'adele@x.example' },
      copy: { address: 'miriam@x.example' },
      security: team,
      outcome: { reason: 'userTold', manager: 'inCopy', team: 'inCopy' },
      outcomeAlone: { reason: 'userTold', withoutCopies: 'any' },
    });
    expect(choose({}, { securityCopy })).toMatchObject({
      security: [],
      outcome: { reason: 'userTold', manager: 'inCopy' },
    });
  });

  test('and the manager get no copies of a bulk change', () => {
    const occasion = { risky: true, bulk: true };
    const bulk = chooseRecipients(person, occasion, { ...settings, securityCopy });
    expect(bulk).not.toHaveProperty('copy');
    expect(bulk).toMatchObject({
      security: [],
      outcome: { reason: 'userTold', manager: 'bulk' },
    });
    const instead = chooseRecipients({ ...person, mail: null }, occasion, settings);
    expect(instead).toMatchObject({ reader: 'manager', security: [] });
  });

  test('is never written to twice', () => {
    const manages = { manager: { ...manager, mail: 'CISO@x.example' } };
    expect(choose(manages, { securityCopy }, true)).toMatchObject({
      security: [{ address: 'soc@x.example' }],
    });
    const all = { mail: 'Soc@x.example', ...manages };
    expect(choose(all, { securityCopy }, true)).toMatchObject({
      security: [],
      outcome: { reason: 'userTold', manager: 'inCopy', team: 'sameAddress' },
    });
  });

  test('is in copy where the manager is told instead', () => {
    expect(choose({ mail: null }, { securityCopy }, true)).toMatchObject({
      reader: 'manager',
      security: team,
      outcome: { reason: 'managerTold', user: 'noMailbox', team: 'inCopy' },
    });
  });

  test('is told alone of a risky change where nobody else can be', () => {
    const alone = choose({ mail: null, manager: null }, { securityCopy }, true);
    expect(alone).toMatchObject({
      reader: 'security',
      to: team[0],
      security: team.slice(1),
      outcome: { reason: 'securityTold', user: 'noMailbox', manager: 'none' },
    });
    expect(choose({ mail: null, manager: null }, { securityCopy }).kind).toBe('nobody');
    const deleted = chooseRecipients(undefined, { risky: true }, { ...settings, securityCopy });
    expect(deleted.outcome).toEqual({ reason: 'securityTold', user: 'deleted' });
  });
});

describe('an address that Exchange refuses', () => {
  const securityCopy = ['soc@x.example', 'ciso@x.example'];
  const without = (
    refused: readonly string[],
    occasion: object = {},
    set: Partial<RecipientSettings> = { securityCopy },
  ) =>
    chooseRecipients(
      person,
      { risky: true, isRefused: (address) => refused.includes(address), ...occasion },
      { ...settings, ...set },
    );
  const [own, boss] = ['adele@x.example', 'miriam@x.example'];

  test('of the user has the manager told, and the security team', () => {
    expect(without([own])).toMatchObject({
      reader: 'manager',
      to: { address: boss },
      security: [{ address: 'soc@x.example' }, { address: 'ciso@x.example' }],
      outcome: { reason: 'managerTold', user: 'addressRefused', team: 'inCopy' },
    });
    expect(without([own, boss, 'soc@x.example'])).toMatchObject({
      reader: 'security',
      to: { address: 'ciso@x.example' },
      security: [],
      outcome: { reason: 'securityTold', user: 'addressRefused', manager: 'addressRefused' },
    });
  });

  test.each([
    ['all of them', [own, boss, ...securityCopy], {}, {}, 'addressRefused'],
    ['the others may not be told', [own], { risky: false }, { copyManager: 'never' }, 'notWanted'],
  ] as const)('leaves nobody to tell where it is %s', (_, refused, occasion, set, manager) => {
    expect(without(refused, occasion, { securityCopy, ...set })).toEqual({
      kind: 'nobody',
      outcome: { reason: 'addressRefused', manager },
    });
  });

  test('is no reason to write to whom the mail is not for', () => {
    const nobody = { kind: 'nobody', outcome: { reason: 'addressRefused' } };
    expect(without(securityCopy, { followUp: 'late' })).toEqual(nobody);
    expect(without(['a@home.example'], { elsewhere: 'a@home.example' })).toEqual(nobody);
    expect(without(['soc@x.example'], { followUp: 'late' })).toMatchObject({
      to: { address: 'ciso@x.example' },
      security: [],
      outcome: { reason: 'securityToldLater' },
    });
  });
});

describe('a change is risky', () => {
  const groups = new Set(['g1']);
  test.each([
    [{}, [], false],
    [{ initiator: administrator }, [], true],
    [{ initiator: application }, [], true],
    [{ method: 'temporaryAccessPass' }, [], true],
    [{ method: 'unknown' }, [], true],
    [{}, ['g2', 'g1'], true],
    [{}, ['g2'], false],
  ] as const)('%j with WATCHED_GROUPS %j: %s', (parts, watched, risky) => {
    expect(isRisky([change(), change(parts)], { groups }, watched)).toBe(risky);
  });
});
