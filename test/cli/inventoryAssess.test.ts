import { describe, expect, test } from 'vitest';
import { assess, byUrgency } from '../../cli/inventory/assess.ts';
import { kindOf } from '../../cli/inventory/kinds.ts';
import { readMethods, withLook } from '../../cli/inventory/methods.ts';
import type { Look, Person } from '../../cli/inventory/person.ts';
import { Kinds, kindBits } from '../../functions/coverage/kinds.ts';

const person = (kinds: readonly string[], given: Partial<Person> = {}): Person => ({
  id: 'c0a70500-7e4a-4c1d-9b6e-000000000002',
  userPrincipalName: 'AdeleV@contoso.example',
  name: 'Adele Vance',
  isAdmin: false,
  isGuest: false,
  kinds,
  asOf: '2026-11-24T00:00:00Z',
  ...given,
});

const fido2 = '#microsoft.graph.fido2AuthenticationMethod';
const yubiKey = '2fc0579f-8113-47ea-b116-bb5a8db9202a';
const emulator = '4e49442d-4155-5448-2d33-313431353932';

const looked = (found: 'passkeys' | 'all', ...value: object[]): Look => ({
  found,
  at: '2026-11-24T09:00:00Z',
  methods: readMethods({ value }, found) ?? [],
});
const key = (aaGuid: string, passkeyType = 'deviceBound', attestationLevel = 'attested') => ({
  '@odata.type': fido2,
  createdDateTime: '2026-01-02T03:04:05Z',
  aaGuid,
  passkeyType,
  attestationLevel,
});

describe('the best that somebody has', () => {
  test.each([
    [['fido2SecurityKey', 'mobilePhone'], 'resistant'],
    [['passKeySynced'], 'resistant'],
    [['windowsHelloForBusiness', 'email'], 'resistant'],
    [['microsoftAuthenticatorPush', 'mobilePhone'], 'strong'],
    [['hardwareOneTimePasscode'], 'strong'],
    [['mobilePhone', 'officePhone', 'email'], 'phone'],
    [['email', 'securityQuestion'], 'none'],
    [['temporaryAccessPass'], 'none'],
    [['mobilePhone', 'appPassword'], 'phone'],
    [['fido', 'mobilePhone'], 'resistant'],
    [[], 'none'],
    // What is not known may be worth anything: nobody is said to have phone numbers only.
    [['mobilePhone', 'telepathy'], 'other'],
  ])('of %j is %s', (kinds, standing) => {
    expect(assess(person(kinds)).standing).toBe(standing);
  });

  test('is read whatever the case of the report’s words', () => {
    expect(kindOf('PasskeySynced').worth).toBe('resistant');
    expect(kindOf('telepathy')).toEqual({ name: 'telepathy', worth: 'other' });
  });

  test('is known of every kind that the daily look knows', () => {
    const words = new Kinds().words(2 ** kindBits - 1).filter((word) => word !== 'other');
    expect(words.length).toBeGreaterThan(15);
    expect(words.filter((word) => kindOf(word).worth === 'other')).toEqual([]);
  });
});

describe('somebody is looked at', () => {
  const concernsOf = (kinds: readonly string[], given: Partial<Person> = {}) =>
    assess(person(kinds, given)).concerns;

  test('whose one thing is all there is', () => {
    expect(concernsOf(['microsoftAuthenticatorPush', 'softwareOneTimePasscode'])).toEqual([
      'oneMethod',
    ]);
    expect(concernsOf(['microsoftAuthenticatorPush', 'passKeyDeviceBoundAuthenticator'])).toEqual([
      'oneMethod',
    ]);
    expect(concernsOf(['windowsHelloForBusiness', 'email'])).toEqual(['oneMethod']);
    expect(concernsOf(['windowsHelloForBusiness', 'fido2'])).toEqual([]);
    expect(concernsOf(['microsoftAuthenticatorPush', 'mobilePhone'])).toEqual([]);
    expect(concernsOf(['microsoftAuthenticatorPush', 'telepathy'])).toEqual([]);
  });

  test('unless a look counts two of a kind', () => {
    const two = looked('passkeys', key(yubiKey), key('ee882879-721c-4913-9775-3dfcce97072a'));
    const one = looked('passkeys', key('ee882879-721c-4913-9775-3dfcce97072b'));
    expect(assess(withLook(person(['fido2']), two)).concerns).not.toContain('oneMethod');
    expect(assess(withLook(person(['fido2']), one)).concerns).toContain('oneMethod');
  });

  test('whose passkey and push are on one phone, as far as anybody knows', () => {
    const app = '#microsoft.graph.microsoftAuthenticatorAuthenticationMethod';
    const push = { '@odata.type': app };
    const phone = key('90a3ccdf-635c-4729-a248-9b709135078f');
    const found = (...methods: object[]) =>
      assess(withLook(person([]), looked('all', ...methods))).concerns;
    expect(found(push, phone)).toEqual(['oneMethod']);
    expect(found(push, push, phone)).toEqual([]);
    expect(found(push, phone, phone)).toEqual([]);
  });

  test('who is an administrator and has too little, each once', () => {
    const admin = { isAdmin: true };
    expect(concernsOf([], admin)).toEqual(['adminWithoutSecond']);
    expect(concernsOf(['mobilePhone'], admin)).toEqual(['adminPhoneOnly']);
    expect(concernsOf(['microsoftAuthenticatorPush', 'officePhone'], admin)).toEqual([
      'adminNotResistant',
    ]);
    expect(concernsOf(['fido2', 'mobilePhone'], admin)).toEqual([]);
  });

  test('whose passkey an advisory is about, or is not what it says', () => {
    const concerns = (look: Look) =>
      assess(withLook(person(['fido2', 'mobilePhone']), look)).concerns;
    expect(concerns(looked('passkeys', key(yubiKey)))).toEqual(['advisory']);
    expect(concerns(looked('passkeys', key(emulator, 'synced', 'notAttested')))).toEqual([
      'program',
    ]);
    expect(concerns(looked('passkeys', key(yubiKey, 'synced', 'notAttested')))).toEqual([
      'contradiction',
      'advisory',
    ]);
  });

  test('administrators first, then the gravest, then by name', () => {
    const people = [
      person(['mobilePhone'], { id: '1', name: 'Zoe' }),
      person(['mobilePhone'], { id: '2', name: 'Adam' }),
      person(['fido2', 'windowsHelloForBusiness'], { id: '3', name: 'Root', isAdmin: true }),
      person([], { id: '4', name: 'Boss', isAdmin: true }),
    ].map((one) => assess(one));
    expect(people.sort(byUrgency).map((one) => one.person.name)).toEqual([
      'Boss',
      'Root',
      'Adam',
      'Zoe',
    ]);
  });
});

describe('a look', () => {
  test('is believed before the report, but for what it can’t see', () => {
    const all = looked('all', { '@odata.type': '#microsoft.graph.phoneAuthenticationMethod' });
    const before = person(['microsoftAuthenticatorPush', 'fido2', 'securityQuestion']);
    expect(withLook(before, all).kinds).toEqual(['mobilePhone', 'securityQuestion']);
    const passkeys = withLook(before, looked('passkeys'));
    expect(passkeys.kinds).toEqual(['microsoftAuthenticatorPush', 'securityQuestion']);
  });

  test('keeps the report’s finer word for a passkey, and finds a new one', () => {
    const finer = withLook(
      person(['passKeyDeviceBoundWindowsHello']),
      looked('passkeys', key(yubiKey)),
    );
    expect(finer.kinds).toEqual(['passKeyDeviceBoundWindowsHello']);
    expect(withLook(person([]), looked('all', key(yubiKey, 'synced'))).kinds).toEqual([
      'passKeySynced',
    ]);
  });

  test('that found nothing out changes nothing', () => {
    for (const found of ['denied', 'gone', 'failed'] as const) {
      expect(withLook(person(['fido2']), { found }).kinds).toEqual(['fido2']);
    }
  });

  test('passes over the password, and reads what the future adds', () => {
    const read = readMethods(
      {
        value: [
          { '@odata.type': '#microsoft.graph.passwordAuthenticationMethod' },
          { '@odata.type': '#microsoft.graph.palmAuthenticationMethod', createdDateTime: 'x' },
          {
            ...key(yubiKey),
            attestationLevel: 'quantum',
            lastUsedDateTime: '2026-11-20T00:00:00Z',
          },
          { '@odata.type': '#microsoft.graph.phoneAuthenticationMethod', phoneType: 'office' },
        ],
      },
      'all',
    );
    expect(read).toEqual([
      { kind: 'palm', createdAt: 'x' },
      {
        kind: 'passKeyDeviceBound',
        createdAt: '2026-01-02T03:04:05Z',
        lastUsedAt: '2026-11-20T00:00:00Z',
        passkey: { aaguid: yubiKey, type: 'deviceBound' },
      },
      { kind: 'officePhone' },
    ]);
    expect(readMethods({ value: [7] }, 'all')).toBeUndefined();
    expect(readMethods({ error: {} }, 'all')).toBeUndefined();
  });
});
