import { describe, expect, test } from 'vitest';
import { adele, auditRow, type RowSpec } from '../fixtures/rows.ts';
import { tell } from './story.ts';

const admin = { id: 'it', userPrincipalName: 'it@contoso.example' };
const json = (value: unknown) => JSON.stringify(value);

const byAdmin = (what: string, name: string, value: string): RowSpec => ({
  activity: 'Admin registered security info',
  reason: `Admin registered ${what} method for user`,
  by: admin,
  properties: [[name, null, json(value)]],
});
const directory = (name: string, now: unknown): RowSpec => ({
  activity: 'Update user',
  service: 'Core Directory',
  reason: null,
  by: admin,
  time: '2026-11-24T09:00:03Z',
  properties: [[name, '[]', json(now)]],
});
const told = (...specs: RowSpec[]) => tell([specs.map((spec) => auditRow(spec))], 60);
const one = (method: string) => [`${adele.upn.toLowerCase()} registered ${method} administrator`];

describe('two rows of one change are one, where the directory', () => {
  const id = '0a1b2c3d-0000-4000-8000-0000000000f1';

  test.each([
    ['writes a pass’s id in capitals', [{ PassId: id.toUpperCase() }]],
    ['names no pass', [{ StartDateTime: '2026-11-24T09:00:00Z' }]],
  ])('%s', (_, now) => {
    expect(
      told(
        byAdmin('temporary access pass', 'TemporaryAccessPass.Id', id),
        directory('SecuredAccessPassData', now),
      ),
    ).toEqual(one('temporaryAccessPass'));
  });

  test.each(['+1 XXXXXXXXXX', '+1 *******', '+44 XXXX'])('hides a number: %s', (PhoneNumber) => {
    expect(
      told(
        byAdmin('phone', 'Phone.PhoneNumber', '+1 5555550134'),
        directory('StrongAuthenticationUserDetails', [{ PhoneNumber }]),
      ),
    ).toEqual(one('phone'));
  });
});

test('two numbers are two phones, whatever stands between their digits', () => {
  const phone = (number: string) =>
    directory('StrongAuthenticationUserDetails', [{ PhoneNumber: number }]);
  expect(
    told(byAdmin('phone', 'Phone.PhoneNumber', '+1 555555013 4'), phone('+1 55555501-35')),
  ).toHaveLength(2);
  expect(
    told(byAdmin('phone', 'Phone.PhoneNumber', '+1 555555013 4'), phone('+1 XXXXXXXX34')),
  ).toHaveLength(1);
});

test('of a number that is removed, the row says the old one', () => {
  const removed = (old: string): RowSpec => ({
    activity: 'Admin deleted security info',
    reason: 'Admin deleted phone method for user',
    by: admin,
    properties: [['Phone.PhoneNumber', json(old), json('')]],
  });
  const gone: RowSpec = {
    ...directory('StrongAuthenticationUserDetails', []),
    properties: [
      ['StrongAuthenticationUserDetails', json([{ PhoneNumber: '+1 5555550134' }]), '[{}]'],
    ],
  };
  expect(told(removed('+1 5555550134'), gone)).toHaveLength(1);
  expect(told(removed('+1 5555550135'), gone)).toHaveLength(2);
});
