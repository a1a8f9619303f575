import { describe, expect, test } from 'vitest';
import {
  claimedService,
  decideInitiator,
  initiatorOf,
} from '../../functions/recognise/initiator.ts';
import { isUnparsable, parseAuditRecord } from '../../functions/recognise/record.ts';
import { admin, byAdmin, changeOf, user, verdictOf } from '../fixtures/recognised.ts';
import { auditRow, type RowSpec } from '../fixtures/rows.ts';

describe('the initiator', () => {
  test('is the user where ids are equal, whatever the activity is called', () => {
    expect(changeOf({ activity: byAdmin('registered') }).initiator.kind).toBe('self');
  });

  test('is the user where only UPNs can be compared, in any case', () => {
    const by = { userPrincipalName: 'ADELEV@contoso.example' };
    const change = changeOf({ target: { id: null, upn: 'adelev@Contoso.Example' }, by });
    expect(change.initiator.kind).toBe('self');
  });

  test('is an administrator where they are another person', () => {
    expect(changeOf({ activity: user('registered'), by: admin }).initiator).toMatchObject({
      kind: 'administrator',
      id: admin.id,
    });
  });

  test('stays open where an id stands against a UPN', () => {
    const change = changeOf({
      target: { id: null, upn: 'adelev@contoso.example' },
      by: { id: admin.id },
    });
    expect(change.initiator.kind).toBe('unknown');
  });

  test('is an application, never an administrator, for an app', () => {
    const app = {
      appId: 'f00d0000-0000-4000-8000-000000000001',
      displayName: 'Onboarding',
      servicePrincipalId: 'f00d0000-0000-4000-8000-000000000002',
      servicePrincipalName: null,
    };
    expect(changeOf({ by: null, app }).initiator).toMatchObject({
      kind: 'application',
      name: 'Onboarding',
    });
    const claims = { ...app, displayName: 'Device Registration Service' };
    expect(changeOf({ by: null, app: claims }).initiator).toMatchObject({
      kind: 'application',
      name: 'Device Registration Service',
    });
    const microsoft = { ...claims, appId: null };
    expect(changeOf({ by: null, app: microsoft }).initiator.kind).toBe('system');
    expect(changeOf({ app }).initiator.kind).toBe('self');
  });

  test('is an application where the directory shows that it only bears a service’s name', () => {
    const app = {
      appId: null,
      displayName: 'Microsoft Substrate Management',
      servicePrincipalId: 'F00D0000-0000-4000-8000-000000000002',
      servicePrincipalName: null,
    };
    const record = parseAuditRecord(auditRow({ by: null, app, activity: 'Reset user password' }));
    if (isUnparsable(record)) throw new Error(record.reason);
    const foreign = new Set(['f00d0000-0000-4000-8000-000000000002']);
    expect(claimedService(record)).toBe([...foreign][0]);
    expect(initiatorOf(record, {}).kind).toBe('system');
    expect(initiatorOf(record, {}, { foreign })).toEqual({
      kind: 'application',
      id: app.servicePrincipalId,
      name: app.displayName,
    });
  });

  const sync = { activity: 'Change user password', service: 'Core Directory', reason: null };
  const account = {
    id: 'A0B1',
    userPrincipalName: 'Sync_DC01_0123456789ab@contoso.example',
    displayName: 'On-Premises Directory Synchronization Service Account',
  };

  test('is the synchronisation by its id, and by no name', () => {
    const known = verdictOf({ ...sync, by: { ...account, displayName: null } }, [], [], ['a0b1']);
    expect(known).toMatchObject({ changes: [{ initiator: { kind: 'system', id: 'A0B1' } }] });
    expect(changeOf({ ...sync, by: account }).initiator.kind).toBe('administrator');
    const app = { appId: 'APP', displayName: 'ConnectSyncProvisioning_SRV01_3ac0' };
    const byApp = {
      ...sync,
      by: null,
      app: { ...app, servicePrincipalId: 'sp', servicePrincipalName: null },
    };
    expect(changeOf(byApp).initiator.kind).toBe('application');
    for (const id of ['app', 'sp']) {
      expect(verdictOf(byApp, [], [], [id])).toMatchObject({
        changes: [{ initiator: { kind: 'system', id: 'sp' } }],
      });
    }
  });

  test('is the synchronisation’s account by name for what synchronising is not', () => {
    const done = (spec: RowSpec) =>
      verdictOf({ by: account, reason: null, ...spec }, [], [], ['a0b1']);
    const update = (property: string, now: string): RowSpec => ({
      activity: 'Update user',
      service: 'Core Directory',
      properties: [[property, '[]', now]],
    });
    for (const spec of [
      { activity: 'Disable Strong Authentication', service: 'Core Directory' },
      { activity: byAdmin('registered'), reason: 'Admin registered phone method for user' },
      update('StrongAuthenticationMethod', '[{"MethodType":6}]'),
      update('SearchableDeviceKey', '[{"Usage":"NGC","KeyIdentifier":"k"}]'),
    ]) {
      const changes = [
        { initiator: { kind: 'administrator', id: 'A0B1', name: account.displayName } },
      ];
      expect(done(spec), spec.activity).toMatchObject({ kind: 'change', changes });
    }
    const names = update('CertificateUserIds', '["X509:<PN>adele@contoso.example"]');
    for (const spec of [{ ...sync }, { ...sync, activity: 'Update PasswordProfile' }, names]) {
      expect(done(spec)).toMatchObject({ changes: [{ initiator: { kind: 'system' } }] });
    }
  });

  test('is Microsoft’s self-service, by the one name that nobody else can have', () => {
    const by = { id: 'f1', userPrincipalName: 'fim_password_service@support.onmicrosoft.com' };
    expect(changeOf({ by }).initiator).toEqual({ kind: 'system' });
    const like = { ...by, userPrincipalName: 'fim_password_service@support.contoso.example' };
    expect(changeOf({ by: like }).initiator.kind).toBe('administrator');
  });

  test('is a guest themselves, under the name of home', () => {
    const target = { id: null, upn: 'ada_lovelace_partner.example#EXT#@contoso.example' };
    const by = { id: 'g1', userPrincipalName: 'Ada_Lovelace@partner.example' };
    expect(changeOf({ target, by }).initiator.kind).toBe('self');
  });

  test('is not the user where the account only has a guest’s form of their name', () => {
    const by = { id: 'e1', userPrincipalName: 'AdeleV_contoso.example#EXT#@contoso.example' };
    const change = changeOf({ target: { id: null, upn: 'AdeleV@contoso.example' }, by });
    expect(change.initiator).toMatchObject({ kind: 'unknown', id: 'e1' });
    expect(change.target).toEqual({ userPrincipalName: 'AdeleV@contoso.example' });
    const looked = { id: 'a1', userPrincipalName: 'AdeleV@contoso.example' };
    expect(decideInitiator(change.initiator, looked).kind).toBe('administrator');
  });

  test('keeps no name that belongs to a Microsoft service', () => {
    const by = { id: admin.id, displayName: 'Azure ESTS Service' };
    expect(changeOf({ by }).initiator).toEqual({ kind: 'administrator', id: admin.id });
  });
});

describe('details', () => {
  test('of a Temporary Access Pass: start, end and use, and never more', () => {
    const change = changeOf({
      activity: byAdmin('registered'),
      reason: 'Admin registered temporary access pass method for user',
      by: admin,
      properties: [
        ['TemporaryAccessPass.Id', '""', '"4f0c6f5e-0000-4000-8000-000000000001"'],
        ['TemporaryAccessPass.StartDateTime', '""', '"2026-11-24T09:00:00.0000000Z"'],
        ['TemporaryAccessPass.EndDateTime', '""', '"2026-11-24T10:00:00.0000000Z"'],
        ['TemporaryAccessPass.AccessPassUsage', '""', '"Multiple"'],
      ],
    });
    expect(change.details.temporaryAccessPass).toEqual({
      start: '2026-11-24T09:00:00.0000000Z',
      end: '2026-11-24T10:00:00.0000000Z',
      usage: 'multiple',
    });
  });

  test('of a passkey: its AAGUID, in any case and at any place; zeros are one, too', () => {
    const spec = (aaguid: string): RowSpec => ({
      activity: 'Add Passkey (device-bound)',
      service: 'Device Registration Service',
      reason: null,
      details: { WebAuthnInfo: 'x', AAGUID: aaguid },
    });
    expect(changeOf(spec('DE1E552D-DB1D-4423-A619-566B625CDC84')).details.passkey).toEqual({
      aaguid: 'de1e552d-db1d-4423-a619-566b625cdc84',
    });
    const zeros = '00000000-0000-0000-0000-000000000000';
    expect(changeOf(spec(zeros)).details.passkey).toEqual({ aaguid: zeros });
    expect(changeOf(spec('none')).details).toEqual({});
  });
});
