import { describe, expect, test } from 'vitest';
import { compareProperty } from '../../functions/recognise/compareProperty.ts';
import { explain } from '../../functions/recognise/explain.ts';
import { recognise } from '../../functions/recognise/recognise.ts';
import { type AuditRecord, parseAuditRecord } from '../../functions/recognise/record.ts';
import { auditRow } from '../fixtures/rows.ts';

const rules = { muted: new Set<string>(), extra: new Set<string>() };

type Property = [name: string, old: unknown, now: unknown];

function updated(...properties: Property[]) {
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value));
  return auditRow({
    activity: 'Update user',
    service: 'Core Directory',
    reason: null,
    properties: properties.map(([name, old, now]) => [name, json(old), json(now)]),
  });
}

const verdictOf = (...properties: Property[]) =>
  recognise(parseAuditRecord(updated(...properties)) as AuditRecord, rules);

function differences(...properties: Property[]) {
  const explanation = explain(updated(...properties), rules);
  if (!explanation.parsed) throw new Error(explanation.reason);
  const told = explanation.changes.map(({ action, method }) => `${method} ${action}`);
  expect(explanation.verdict).toBe(told.length > 0 ? 'change' : 'unrelated');
  return told;
}

test('a row of its own says in words that multifactor authentication was switched off', () => {
  const state = (name: string, old: string | null, now: string) => {
    const activity = 'Update per-user multifactor authentication state';
    const row = auditRow({ activity, reason: null, properties: [[name, old, now]] });
    const found = explain(row, rules);
    return found.parsed && found.changes;
  };
  const off = [{ action: 'deleted', method: 'perUserMfa' }];
  expect(state('PerUserMfaState', '"enforced"', '"disabled"')).toEqual(off);
  expect(state('AuthenticationRequirements.PerUserMfaState', null, '"disabled"')).toEqual(off);
  expect(state('PerUserMfaState', 'enforced', ' Disabled ')).toEqual(off);
  expect(state('PerUserMfaState', '"disabled"', '"disabled"')).toEqual([]);
  expect(state('PerUserMfaState', '"disabled"', '"enforced"')).toEqual([]);
});

const methods = (...types: number[]) =>
  types.map((type, index) => ({ MethodType: type, Default: index === 0 }));

const nil = '00000000-0000-0000-0000-000000000000';
const nilApp = (token: string) => ({
  Id: nil,
  DeviceId: nil,
  DeviceToken: token,
  DeviceTag: 'SoftwareTokenActivated',
});

describe('"Update user" shows', () => {
  test.each([
    [
      'StrongAuthenticationMethod',
      methods(6, 7),
      [...methods(6, 7), { MethodType: 0 }, { MethodType: 5 }],
      ['phone registered'],
    ],
    ['StrongAuthenticationMethod', [], methods(6, 7), ['authenticatorApp registered']],
    ['StrongAuthenticationMethod', methods(6, 7), methods(6), ['oathToken deleted']],
    ['StrongAuthenticationMethod', methods(6, 0), methods(0), ['authenticatorApp deleted']],
    ['StrongAuthenticationMethod', methods(6, 0), methods(0, 6), ['phone defaultChanged']],
    [
      'StrongAuthenticationUserDetails',
      [{ PhoneNumber: null }],
      [{ PhoneNumber: '+1' }],
      ['phone registered'],
    ],
    [
      'StrongAuthenticationUserDetails',
      [{ PhoneNumber: '+1' }],
      [{ PhoneNumber: '+2' }],
      ['phone updated'],
    ],
    ['StrongAuthenticationUserDetails', [{ Email: 'a@x' }], [{ Email: null }], ['email deleted']],
    ['StrongAuthenticationPhoneAppDetail', [], [{ Id: 'a' }], ['authenticatorApp registered']],
    [
      'StrongAuthenticationPhoneAppDetail',
      [{ Id: 'a' }, { Id: 'b' }],
      [{ Id: 'b' }],
      ['authenticatorApp deleted'],
    ],
    // Zeros, or nothing, in the place of an id: a second app does not hide behind the first.
    [
      'StrongAuthenticationPhoneAppDetail',
      [nilApp('a')],
      [nilApp('a'), nilApp('b')],
      ['oathToken registered'],
    ],
    [
      'StrongAuthenticationPhoneAppDetail',
      [nilApp('a'), nilApp('b')],
      [nilApp('a')],
      ['oathToken deleted'],
    ],
    [
      'StrongAuthenticationPhoneAppDetail',
      [{ DeviceId: nil, DeviceToken: 'a' }],
      [
        { DeviceId: nil, DeviceToken: 'a' },
        { DeviceId: nil, DeviceToken: 'b' },
      ],
      ['authenticatorApp registered'],
    ],
    [
      'StrongAuthenticationPhoneAppDetail',
      [{ ...nilApp('a'), NotificationType: 4 }],
      [nilApp('b'), { ...nilApp('a'), NotificationType: 4 }],
      ['oathToken registered'],
    ],
    // An app that is asked has a token as well: it is no app of codes alone.
    [
      'StrongAuthenticationPhoneAppDetail',
      [],
      [{ Id: 'a', DeviceTag: 'SoftwareTokenActivated', NotificationType: 2 }],
      ['authenticatorApp registered'],
    ],
    [
      'StrongAuthenticationPhoneAppDetail',
      [],
      [{ Id: 'a', DeviceTag: 'SoftwareTokenActivated', NotificationType: 0 }],
      ['oathToken registered'],
    ],
    // New and able to sign in is one change.
    [
      'StrongAuthenticationPhoneAppDetail',
      [],
      [{ Id: 'a', DeviceTag: 'iOS', DeviceId: 'd' }],
      ['authenticatorApp registered'],
    ],
    ['CertificateUserIds', null, 'X509:<PN>mallory@x', ['certificate registered']],
    ['CertificateUserIds', 'X509:<PN>ada@x', '', ['certificate deleted']],
    ['CertificateUserIds', '[]', '["X509:<PN>mallory@x"]', ['certificate registered']],
    ['searchableDeviceKey', [], [{ Usage: 'FIDO', KeyIdentifier: 'k' }], ['passkey registered']],
    ...(['', nil] as const).map((id): [string, unknown, unknown, string[]] => [
      'SearchableDeviceKey',
      [{ Usage: 'FIDO', KeyIdentifier: id, CreationTime: '1' }],
      [
        { Usage: 'FIDO', KeyIdentifier: id, CreationTime: '1' },
        { Usage: 'FIDO', KeyIdentifier: id, CreationTime: '2' },
      ],
      ['passkey registered'],
    ]),
    [
      'SecuredAccessPassData',
      [{ PassId: nil, StartDateTime: '1' }],
      [
        { PassId: nil, StartDateTime: '1' },
        { PassId: nil, StartDateTime: '2' },
      ],
      ['temporaryAccessPass registered'],
    ],
    ['SearchableDeviceKey', [], [{ Usage: 'FIDO', KeyIdentifier: 'k' }], ['passkey registered']],
    ['SearchableDeviceKey', [{ Usage: 'NGC', KeyIdentifier: 'k' }], [], ['windowsHello deleted']],
    ['StrongAuthenticationRequirement', [{ State: 1 }], [], ['perUserMfa deleted']],
    ['StrongAuthenticationRequirement', [{ State: 2 }], [{ State: 0 }], ['perUserMfa deleted']],
  ])('%s from %j to %j: %j', (name, old, now, expected) => {
    expect(differences([name, old, now])).toEqual(expected);
  });

  test('two changes of one row', () => {
    expect(
      differences(
        ['StrongAuthenticationMethod', methods(6), [...methods(6), { MethodType: 0 }]],
        ['StrongAuthenticationRequirement', [{ State: 1 }], [{ State: 0 }]],
      ),
    ).toEqual(['phone registered', 'perUserMfa deleted']);
  });

  test('the same where its fields begin with a small letter', () => {
    const number = (phoneNumber: string) => [{ phoneNumber }];
    expect(differences(['StrongAuthenticationMethod', [], [{ methodType: 6 }]])).toEqual([
      'authenticatorApp registered',
    ]);
    expect(differences(['StrongAuthenticationUserDetails', number('+1'), number('+2')])).toEqual([
      'phone updated',
    ]);
    const key = [{ usage: 'FIDO', keyIdentifier: 'a' }];
    expect(differences(['SearchableDeviceKey', [], key])).toEqual(['passkey registered']);
  });

  test('one phone where both of its properties change', () => {
    expect(
      differences(
        ['StrongAuthenticationMethod', [], methods(0)],
        ['StrongAuthenticationUserDetails', [{}], [{ PhoneNumber: '+1' }]],
      ),
    ).toEqual(['phone registered']);
  });
});

describe('"Update user" shows nothing', () => {
  test.each([
    [
      'another order',
      'StrongAuthenticationMethod',
      methods(6, 7),
      [{ MethodType: 7 }, { MethodType: 6, Default: true }],
    ],
    [
      'a sign-in',
      'StrongAuthenticationPhoneAppDetail',
      [{ Id: 'a', OathTokenTimeDrift: 2 }],
      [{ Id: 'a', OathTokenTimeDrift: 3 }],
    ],
    [
      'a version, without ids',
      'StrongAuthenticationPhoneAppDetail',
      [{ DeviceToken: 't', PhoneAppVersion: '1' }],
      [{ DeviceToken: 't', PhoneAppVersion: '2' }],
    ],
    [
      'a new token of an app whose ids are zeros',
      'StrongAuthenticationPhoneAppDetail',
      [nilApp('a')],
      [nilApp('b')],
    ],
    [
      'another order of such apps',
      'StrongAuthenticationPhoneAppDetail',
      [nilApp('a'), { ...nilApp('b'), DeviceId: 'd', DeviceTag: 'iOS' }],
      [{ ...nilApp('b'), DeviceId: 'd', DeviceTag: 'iOS' }, nilApp('a')],
    ],
    ['a default that is gone', 'StrongAuthenticationMethod', methods(6), [{ MethodType: 6 }]],
    [
      'a device’s id beside a token of software',
      'StrongAuthenticationPhoneAppDetail',
      [{ Id: 'a', DeviceTag: 'SoftwareTokenActivated', DeviceId: nil }],
      [{ Id: 'a', DeviceTag: 'SoftwareTokenActivated', DeviceId: 'd' }],
    ],
    [
      'remembered devices',
      'StrongAuthenticationRequirement',
      [{ State: 1, RememberDevicesNotIssuedBefore: 'a' }],
      [{ State: 1, RememberDevicesNotIssuedBefore: 'b' }],
    ],
    ['enforcement switched on', 'StrongAuthenticationRequirement', [], [{ State: 1 }]],
    ['anything else', 'LastDirSyncTime', 'a', 'b'],
  ])('in %s', (_, name, old, now) => expect(differences([name, old, now])).toEqual([]));
});

describe('a property that can’t be read shows nothing, and is told to operators:', () => {
  const cut: [string, string, unknown, unknown][] = [
    ['text that is no JSON', 'StrongAuthenticationMethod', '[{', '[{"MethodType"'],
    [
      'a list that was cut',
      'StrongAuthenticationMethod',
      [{ MethodType: 6 }],
      '[{"MethodType":6},{',
    ],
    ['a list that was cut before', 'SearchableDeviceKey', '"[{\\"Usage\\":', [{ Usage: 'FIDO' }]],
    ['a state that was cut', 'StrongAuthenticationRequirement', [{ State: 1 }], '[{"State":'],
    ['a text', 'StrongAuthenticationUserDetails', [], '+43 1 5550100'],
    ['a text in quotes', 'SearchableDeviceKey', [{ Usage: 'FIDO' }], '"none"'],
  ];
  test.each(cut)('%s', (_, name, old, now) => {
    expect(verdictOf([name, old, now])).toMatchObject({ kind: 'noise', unread: [name] });
  });

  test.each(cut)('%s, beside one that shows a change', (_, name, old, now) => {
    const phone = ['StrongAuthenticationUserDetails', [], [{ PhoneNumber: '+43 1' }]] as const;
    const verdict = verdictOf([name, old, now], [...phone]);
    expect(verdict).toMatchObject({
      kind: 'change',
      changes: [{ method: 'phone' }],
      unread: [name],
    });
  });
});

test('a value without quotes is read where it is a text, and else told to operators', () => {
  const name = 'StrongAuthenticationUserDetails';
  expect(compareProperty(name, '[]', '+4315550100')).toBeUndefined();
  for (const nothing of [null, '', ' ', 'null', '<null>', '0', 'false']) {
    expect(compareProperty(name, '[]', nothing), String(nothing)).toEqual([]);
  }
  expect(compareProperty('CertificateUserIds', null, 'X509:<PN>adele')).toMatchObject([
    { action: 'registered', method: 'certificate' },
  ]);
});

describe('a property that was made to do harm shows nothing, and stops nothing:', () => {
  test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('named %s', (name) => {
    const forged = [{ action: 'registered', method: 'none', details: {} }];
    expect(differences([name, forged, forged])).toEqual([]);
  });

  test.each([
    ['StrongAuthenticationMethod', { MethodType: { toString: 1 } }],
    ['StrongAuthenticationRequirement', { State: { valueOf: 1, toString: 1 } }],
  ])('%s of what is no number', (name, entry) => {
    expect(differences([name, [entry], []])).toEqual([]);
  });

  test.each([
    ['StrongAuthenticationPhoneAppDetail', 'Id', 'authenticatorApp registered'],
    ['SearchableDeviceKey', 'a', 'windowsHello registered'],
  ])('%s nested ten thousand deep', (name, key, told) => {
    const nested = `[{"${key}":${'['.repeat(10_000)}${']'.repeat(10_000)}}]`;
    expect(differences([name, null, nested])).toEqual([told]);
  });
});
