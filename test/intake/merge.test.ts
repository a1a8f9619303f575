import { describe, expect, test } from 'vitest';
import { findSame } from '../../functions/intake/merge.ts';
import { enrich, isRiskier, isUrgent } from '../../functions/intake/sameChange.ts';
import type { SecurityInfoChange } from '../../functions/recognise/change.ts';
import { admin, byAdmin, changeOf, user } from '../fixtures/recognised.ts';
import { adele, type RowSpec } from '../fixtures/rows.ts';

const at = (seconds: number) =>
  new Date(Date.parse('2026-11-24T09:00:00Z') + seconds * 1000).toISOString();
const app = (id: string) => ({
  appId: null,
  displayName: `App ${id}`,
  servicePrincipalId: id,
  servicePrincipalName: null,
});
const withoutId = (displayName: string) => ({
  ...app(''),
  displayName,
  servicePrincipalId: null,
});
const drs = 'Device Registration Service';
const mfaService = {
  by: null,
  app: { ...app('s'), displayName: 'Azure MFA StrongAuthenticationService' },
};
const phone = (seconds: number, more: RowSpec = {}) => changeOf({ time: at(seconds), ...more });
const passkey = (seconds: number, words = 'Passkey', more: RowSpec = {}) =>
  changeOf({ time: at(seconds), reason: `User registered ${words}`, ...more });
const device = (seconds: number, more: RowSpec = {}) =>
  changeOf({
    time: at(seconds),
    service: drs,
    activity: 'Add Passkey (device-bound)',
    reason: null,
    ...more,
  });
const held = (seconds: number) => changeOf({ time: at(seconds), reason: null });
/** What the user's own methods showed to be a phone. */
const confirmed = (seconds: number): SecurityInfoChange => {
  const { held: _, ...known } = held(seconds);
  return { ...known, method: 'phone', confirmed: true };
};
const directory = (
  seconds: number,
  property: string,
  old: string,
  now: string,
  more: RowSpec = {},
) =>
  changeOf({
    time: at(seconds),
    service: 'Core Directory',
    activity: 'Update user',
    reason: null,
    properties: [[property, old, now]],
    ...more,
  });
const number = (seconds: number, digits: string, more: RowSpec = {}) =>
  directory(
    seconds,
    'StrongAuthenticationUserDetails',
    '[{}]',
    `[{"PhoneNumber":"${digits}"}]`,
    more,
  );
const adminPhone = (seconds: number, more: RowSpec = {}) =>
  phone(seconds, {
    activity: byAdmin('registered'),
    reason: 'Admin registered phone method for user',
    by: admin,
    ...more,
  });
const removed = (seconds: number) =>
  phone(seconds, { activity: user('deleted'), reason: 'User deleted Mobile Phone SMS' });
const reset = (seconds: number, more: RowSpec = {}) =>
  changeOf({
    time: at(seconds),
    service: 'Core Directory',
    activity: 'Reset user password',
    reason: null,
    by: admin,
    ...more,
  });

const why = (change: SecurityInfoChange, ...known: SecurityInfoChange[]) => {
  const found = findSame(
    change,
    known.map((one) => ({ change: one, open: true })),
  );
  return found && `${found.index} ${found.why}`;
};
const closed = (change: SecurityInfoChange, known: SecurityInfoChange) =>
  findSame(change, [{ change: known, open: false }])?.why;
/** With the correlation id of another. */
const of = (change: SecurityInfoChange, other: SecurityInfoChange): SecurityInfoChange => {
  const [row] = change.evidence ?? [];
  const correlationId = other.correlationId ?? '';
  return row ? { ...change, correlationId, evidence: [{ ...row, correlationId }] } : change;
};

describe('a row belongs to a known change', () => {
  test('that it repeats', () => {
    const known = phone(0);
    expect(why(of(phone(0.001), known), known)).toBe('0 sameRow');
  });

  test.each<[string, SecurityInfoChange, SecurityInfoChange, string]>([
    ['that the catalogue says it accompanies', device(6), passkey(0), '0 companion'],
    ['in whichever order they come', passkey(0), device(6), '0 companion'],
    ['with the directory’s row of a service', number(2, '+1', mfaService), phone(0), '0 companion'],
    [
      'that accompanies the same row',
      directory(1, 'SearchableDeviceKey', '[]', '[{"Usage":"FIDO","KeyIdentifier":"k"}]'),
      device(0),
      '0 companion',
    ],
    ['in other words', passkey(5, 'Fido2 Authentication Method'), passkey(0), '0 otherWords'],
    [
      'that hides its model',
      device(1, { details: { AAGUID: '00000000-0000-0000-0000-000000000000' } }),
      passkey(0, 'Passkey', { details: { AAGUID: 'ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4' } }),
      '0 companion',
    ],
    ['that explains it', held(20), phone(0), '0 explained'],
    ['that it explains', phone(20), held(0), '0 explained'],
    [
      'by an administrator, beside a row of nobody',
      reset(1, { by: null }),
      reset(0, { activity: 'Reset password (by admin)' }),
      '0 companion',
    ],
    [
      'whose target it knows by name only',
      device(3, { target: { id: null, upn: 'ADELEV@contoso.example' } }),
      passkey(0),
      '0 companion',
    ],
  ])('%s', (_, change, other, expected) => expect(why(change, other)).toBe(expected));

  test('the nearest of several, and the one of its correlation id before all', () => {
    const [first, second] = [adminPhone(0), adminPhone(20)];
    expect(why(number(19, '+1', { by: admin }), first, second)).toBe('1 companion');
    expect(why(of(number(19, '+1', { by: admin }), first), first, second)).toBe('0 companion');
  });
});

describe('a row is a change of its own', () => {
  const key = (platform: string) =>
    directory(10, 'SearchableDeviceKey', '[]', `[{"Usage":"NGC","KeyIdentifier":"k"${platform}}]`);
  test.each<[string, SecurityInfoChange, SecurityInfoChange]>([
    ['of the same activity, whatever else is equal', phone(10), phone(0)],
    ['two keys of one model', device(10), device(0)],
    ['two passes without a start', adminPass(10), adminPass(0)],
    ['by the user and by an administrator', adminPhone(10), phone(0)],
    ['by the user and by an application', phone(10, { by: null, app: app('a') }), phone(0)],
    [
      'by two applications',
      device(10, { by: null, app: app('a') }),
      passkey(0, 'Passkey', { by: null, app: app('b') }),
    ],
    ['of another person', device(1, { target: { id: 'v' }, by: { id: 'v' } }), passkey(0)],
    ['of another method', device(1), phone(0)],
    ['of another action', removed(1), phone(0)],
    [
      'of another number',
      number(1, '+31 12', { by: admin }),
      adminPhone(0, { properties: [['Phone.PhoneNumber', null, '"+31 34"']] }),
    ],
    ['later than rows of one change', device(31), passkey(0)],
    [
      'a reset by an administrator beside a user’s own',
      reset(1),
      reset(0, { activity: 'Reset password (self-service)', by: { id: adele.id } }),
    ],
    [
      'a key of a computer beside an Authenticator app',
      key(''),
      phone(0, { reason: 'User registered Authenticator App with Notification' }),
    ],
    [
      'a key of a phone beside Windows Hello',
      key(',"Platform":2'),
      device(9, { activity: 'Add Windows Hello for Business credential' }),
    ],
    [
      'of another kind of phone',
      number(1, '+1 12', { by: admin }),
      adminPhone(0, { properties: [['Phone.PhoneType', null, '"office"']] }),
    ],
    [
      'of another model',
      device(1, { details: { AAGUID: 'de1e552d-db1d-4423-a619-566b625cdc84' } }),
      passkey(0, 'Passkey', { details: { AAGUID: 'ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4' } }),
    ],
    ['that explains a row too far from it', phone(31), held(0)],
    ['and that a row too far from it explains', held(31), phone(0)],
    ['that removes, beside one that names no method', removed(1), held(0)],
    ['that names no method, beside one that removes', held(1), removed(0)],
    ['far from one that was confirmed', phone(31), confirmed(0)],
    [
      'by two applications without an id',
      device(1, { by: null, app: withoutId('HR') }),
      passkey(0, 'Passkey', { by: null, app: withoutId('Payroll') }),
    ],
    [
      'by an application without an id, and by an administrator',
      device(1, { by: null, app: withoutId('HR') }),
      passkey(0, 'Passkey', { by: { userPrincipalName: admin.userPrincipalName } }),
    ],
  ])('%s', (_, change, other) => expect(why(change, other)).toBeUndefined());

  test('under one correlation id: later than a minute, in other words, or repeated too late', () => {
    const first = passkey(0);
    expect(why(of(device(60), first), first)).toBe('0 companion');
    expect(why(of(device(61), first), first)).toBeUndefined();
    const known = phone(0);
    expect(why(of(phone(11), known), known)).toBeUndefined();
    const call = phone(1, { reason: 'User registered Mobile Phone Call' });
    expect(why(of(call, known), known)).toBeUndefined();
  });

  test('where the opposite was done in between', () => {
    const again = number(20, '+1');
    expect(why(again, phone(0))).toBe('0 companion');
    expect(why(again, phone(0), removed(10))).toBeUndefined();
  });

  test('but not where that was another’s, another method, or so soon that the rows are tangled', () => {
    const again = number(20, '+1');
    const ofAnother = { ...removed(10), target: { id: 'v' } };
    const ofKey = phone(10, { activity: user('deleted'), reason: 'User deleted Passkey' });
    for (const between of [ofAnother, ofKey, removed(4), removed(16)])
      expect(why(again, phone(0), between)).toBe('0 companion');
    const first = phone(0);
    expect(why(of(again, first), first, removed(10))).toBe('0 companion');
  });

  test('where the change has a row of its kind already', () => {
    const both = enrich(phone(0), number(1, '+12'));
    expect(why(number(2, '+12'), both)).toBeUndefined();
  });

  test('beside a row that named no method, once its mail is gone or never came', () => {
    expect(closed(phone(20), held(0))).toBeUndefined();
    expect(closed(phone(20), confirmed(0))).toBe('explained');
    expect(closed(passkey(20), confirmed(0))).toBeUndefined();
  });
});

function adminPass(seconds: number) {
  return adminPhone(seconds, { reason: 'Admin registered temporary access pass method for user' });
}

describe('a row adds', () => {
  test('what is not known yet, and takes nothing away', () => {
    const more = { ...number(1, '+1'), ipAddress: '203.0.113.1' };
    const known = { ...phone(0, { reason: 'User registered SMS' }), ipAddress: '203.0.113.9' };
    expect(enrich(known, more)).toMatchObject({
      ipAddress: '203.0.113.9',
      details: { phoneType: 'mobile' },
    });
  });

  test('the method that another does not name, and who acted', () => {
    const known = enrich({ ...held(0), initiator: { kind: 'system' } }, passkey(1));
    expect(known).toMatchObject({ method: 'passkey', initiator: { kind: 'self' } });
    expect(known).not.toHaveProperty('held');
    expect(enrich(passkey(1), held(0))).not.toHaveProperty('held');
  });

  test('that something was new, where the directory says changed', () => {
    const [changed, added] = [{ ...number(0, '+1'), action: 'updated' } as const, phone(1)];
    expect(enrich(changed, added).action).toBe('registered');
    expect(enrich(added, changed).action).toBe('registered');
  });
});

test('urgent is what somebody else did, a Temporary Access Pass, or unknown, but not a held row', () => {
  const base = phone(0);
  expect(isUrgent(base)).toBe(false);
  expect(isUrgent(adminPhone(0))).toBe(true);
  expect(isUrgent({ ...base, method: 'temporaryAccessPass' })).toBe(true);
  expect(isUrgent({ ...base, method: 'unknown' })).toBe(true);
  expect(isUrgent(held(0))).toBe(false);
  expect(isUrgent({ ...base, initiator: { kind: 'system' } })).toBe(false);
  const sync = { kind: 'system', id: 'sync' } as const;
  expect(isUrgent({ ...reset(0), initiator: sync })).toBe(true);
  expect(isUrgent({ ...reset(0), initiator: sync, action: 'passwordChanged' })).toBe(false);
});

test('riskier than what was told is another maker, or a pass', () => {
  const told = { ...phone(0), initiator: { kind: 'system' } } as const;
  expect(isRiskier(adminPhone(0), told)).toBe(true);
  expect(isRiskier(phone(0), told)).toBe(false);
  expect(isRiskier(adminPass(0), adminPhone(0))).toBe(true);
  expect(isRiskier(adminPhone(0), adminPhone(1))).toBe(false);
});
