import { expect, test } from 'vitest';
import { adele, auditRow, type RowSpec } from '../fixtures/rows.ts';
import { linesOf, notify, parsed } from './story.ts';

const admin = { id: 'it', userPrincipalName: 'it@contoso.example' };
const nobody = { id: null, upn: null };
const one = 'c0c0c0c0-0000-4000-8000-000000000001';

/** Rows of one correlation id. */
const told = (...specs: RowSpec[]) =>
  linesOf(notify([parsed(specs.map((spec) => ({ ...auditRow(spec), correlationId: one })))]));
const pass: RowSpec = {
  activity: 'Admin registered security info',
  reason: 'Admin registered temporary access pass method for user',
  by: admin,
};
const line = 'adelev@contoso.example registered temporaryAccessPass administrator';

test('whose change it is, another row of its correlation id says, even one that tells nothing', () => {
  const started: RowSpec = { activity: 'Admin started password reset', reason: null, by: admin };
  expect(told({ ...pass, target: nobody }, started)).toEqual([line]);
  expect(told({ ...pass, target: nobody })).toEqual([]);
});

test('the other rows may name that one person by id and by name', () => {
  const started: RowSpec = { activity: 'Admin started password reset', reason: null, by: admin };
  const byName = { ...started, target: { id: null, upn: adele.upn.toUpperCase() } };
  expect(told({ ...pass, target: nobody }, byName, started)).toEqual([line]);
});

test('where the rows of a correlation id are about several people, none of them is guessed', () => {
  const started: RowSpec = { activity: 'Admin started password reset', reason: null, by: admin };
  const other = { ...started, target: { id: 'v', upn: 'v@contoso.example' } };
  expect(told({ ...pass, target: nobody }, started, other)).toEqual([]);
});

test('a row with the id only and its twin with the name only are one change', () => {
  const create: RowSpec = {
    activity: 'Create Temporary Access Pass method for user',
    reason: null,
    by: admin,
  };
  const byId = { ...pass, target: { id: adele.id, upn: null } };
  const byName = { ...create, target: { id: null, upn: adele.upn } };
  expect(told(byId, byName)).toHaveLength(1);
  const reviewed: RowSpec = { activity: 'User reviewed security info', reason: null };
  expect(told(byId, byName, reviewed)).toEqual([line]);
});

test('a target that is typed as a device is told by its name', () => {
  const row = auditRow({ target: { id: 'device', upn: adele.upn }, by: admin });
  const [target] = row.targetResources ?? [];
  const typed = { ...row, targetResources: [{ ...target, type: 'Device' }] };
  const [notification] = notify([parsed([typed])]);
  expect(notification?.target).toEqual({ userPrincipalName: adele.upn });
});

test('what is typed as anything else and has an id only is nobody', () => {
  for (const type of ['Policy', 'Device', 'Application', 'Other']) {
    const row = auditRow({ ...pass, target: { id: 'thing', upn: null } });
    const [target] = row.targetResources ?? [];
    expect(notify([parsed([{ ...row, targetResources: [{ ...target, type }] }])])).toEqual([]);
  }
});

test('nobody is known by a guest’s form of their name that somebody gave another account', () => {
  const evil = { id: 'evil', userPrincipalName: 'AdeleV_contoso.example#EXT#@contoso.example' };
  const passkey: RowSpec = {
    activity: 'Add Passkey (device-bound)',
    service: 'Device Registration Service',
    reason: null,
  };
  const theirs = auditRow({ ...passkey, target: { id: null, upn: adele.upn }, by: evil });
  const own = auditRow({ target: { id: evil.id, upn: evil.userPrincipalName }, by: evil });
  for (const rows of [[theirs], [theirs, own], [own, theirs]]) {
    const found = notify([parsed(rows)]).find(
      ({ target }) => target.userPrincipalName === adele.upn,
    );
    expect(found?.target).toEqual({ userPrincipalName: adele.upn });
    expect(found?.changes.map(({ initiator }) => initiator.kind)).toEqual(['unknown']);
  }
});

test('nor is that account taken for them, whoever acts for it', () => {
  const upn = 'AdeleV_contoso.example#EXT#@contoso.example';
  const passkey = auditRow({
    activity: 'Add Passkey (device-bound)',
    service: 'Device Registration Service',
    reason: null,
    target: { id: null, upn },
    by: admin,
  });
  const rows = parsed([passkey, auditRow({ reason: 'User registered Email' })]);
  for (const pages of [[rows], rows.map((row) => [row]), rows.toReversed().map((row) => [row])]) {
    const found = notify(pages).find(({ changes }) => changes[0]?.method === 'passkey');
    expect(found?.target).toEqual({ userPrincipalName: upn });
    expect(found?.changes).toHaveLength(1);
  }
});

test('a guest is known by the name of home', () => {
  const guest = { id: 'g', userPrincipalName: 'ada@partner.example' };
  const row = auditRow({
    target: { id: null, upn: 'ada_partner.example#EXT#@contoso.example' },
    by: guest,
  });
  const [notification] = notify([parsed([row])]);
  expect(notification?.target.id).toBe('g');
  expect(notification?.changes[0]?.initiator.kind).toBe('self');
});
