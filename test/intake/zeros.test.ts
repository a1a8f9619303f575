import { expect, test } from 'vitest';
import { adele, auditRow, type RowSpec } from '../fixtures/rows.ts';
import { linesOf, notify, parsed } from './story.ts';

// The directory was seen to write the GUID of zeros where a row has no id.
const zeros = '00000000-0000-0000-0000-000000000000';
const admin = { id: 'it', userPrincipalName: 'it@contoso.example' };
const nobody = { id: null, upn: null };

const told = (...specs: RowSpec[]) =>
  linesOf(notify([parsed(specs.map((spec) => ({ ...auditRow(spec), correlationId: zeros })))]));

const passkey = (
  target: NonNullable<RowSpec['target']>,
  by: NonNullable<RowSpec['by']>,
  time: string,
): RowSpec => ({
  activity: 'Add Passkey (device-bound)',
  service: 'Device Registration Service',
  reason: null,
  target,
  by,
  time,
});

test('a correlation id of zeros makes no two people’s changes one', () => {
  const byId = passkey({ id: adele.id, upn: null }, { id: adele.id }, '2026-11-24T09:00:00Z');
  const mallory = { userPrincipalName: 'mallory@contoso.example' };
  const upn = mallory.userPrincipalName;
  const byName = passkey({ id: null, upn }, mallory, '2026-11-24T09:00:04Z');
  expect(told(byId, byName)).toEqual([
    `${adele.id} registered passkey self`,
    `${upn} registered passkey self`,
  ]);
});

test('nor two changes of one person', () => {
  const at = (time: string) => passkey(adele, { id: adele.id }, time);
  expect(told(at('2026-11-24T09:00:00Z'), at('2026-11-24T09:00:04Z'))).toHaveLength(2);
});

test('and does not say whose a change is', () => {
  const pass: RowSpec = {
    activity: 'Admin registered security info',
    reason: 'Admin registered temporary access pass method for user',
    by: admin,
    target: nobody,
  };
  const started: RowSpec = { activity: 'Admin started password reset', reason: null, by: admin };
  expect(told(pass, started)).toEqual([]);
});

test('an object id of zeros is nobody’s: the name says who', () => {
  const upns = ['ada@contoso.example', 'bob@contoso.example'];
  const rows = upns.map((upn) =>
    passkey({ id: zeros, upn }, { id: zeros, userPrincipalName: upn }, '2026-11-24T09:00:00Z'),
  );
  expect(told(...rows)).toEqual(upns.map((upn) => `${upn} registered passkey self`));
  const byAdmin = { ...rows[0], by: { id: zeros, userPrincipalName: admin.userPrincipalName } };
  expect(told(byAdmin)).toEqual([`${upns[0]} registered passkey administrator`]);
});

test('nor is it among a row’s own details', () => {
  const details = { TargetUserId: zeros };
  const [row] = parsed([auditRow({ target: nobody, by: admin, activity: 'Hat given', details })]);
  expect(notify([row ? [row] : []])).toEqual([]);
});

test('a service principal of zeros is no id of an application', () => {
  const reset = (displayName: string): RowSpec => ({
    activity: 'Admin registered security info',
    reason: 'Admin registered phone method for user',
    by: null,
    app: {
      appId: null,
      displayName,
      servicePrincipalId: zeros,
      servicePrincipalName: null,
    },
  });
  const [one] = parsed([auditRow(reset('HR'))]);
  const [notification] = notify([one ? [one] : []]);
  expect(notification?.changes[0]?.initiator).toEqual({ kind: 'application', name: 'HR' });
});
