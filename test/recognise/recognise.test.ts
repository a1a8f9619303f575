import { describe, expect, test } from 'vitest';
import { admin, byAdmin, changeOf, changesOf, user, verdictOf } from '../fixtures/recognised.ts';
import { adele } from '../fixtures/rows.ts';

describe('a method is read from what the row says:', () => {
  test.each([
    [
      user('registered'),
      'User registered Authenticator App with Notification and Code',
      'authenticatorApp',
      'registered',
    ],
    [user('registered'), 'User registered Authenticator App with Code', 'oathToken', 'registered'],
    [
      user('registered'),
      'User registered Microsoft Authenticator Authentication Method',
      'authenticatorApp',
      'registered',
    ],
    [user('registered'), 'User registered Mobile Phone SMS', 'phone', 'registered'],
    [user('registered'), 'User registered Office Phone', 'phone', 'registered'],
    [user('registered'), 'User registered Email', 'email', 'registered'],
    [user('registered'), 'User registered App Password', 'appPassword', 'registered'],
    [user('registered'), 'User registered Security questions', 'securityQuestions', 'registered'],
    [user('registered'), 'User registered Fido', 'passkey', 'registered'],
    [user('registered'), 'User registered Fido2 Authentication Method', 'passkey', 'registered'],
    [user('registered'), 'User registered Passkey', 'passkey', 'registered'],
    [user('registered'), 'User registered Security Key', 'passkey', 'registered'],
    [user('registered'), 'User registered Phone sign-in', 'authenticatorApp', 'registered'],
    [
      user('registered'),
      'User registered temporary access pass method',
      'temporaryAccessPass',
      'registered',
    ],
    [user('registered'), 'User registered  QR code  PIN.', 'qrCode', 'registered'],
    [user('registered'), 'User registered Carrier Pigeon', 'unknown', 'registered'],
    [user('deleted'), 'User deleted Mobile Phone Call and SMS', 'phone', 'deleted'],
    [user('deleted'), 'User deleted Fido', 'passkey', 'deleted'],
    [user('updated'), 'User updated Email', 'email', 'updated'],
    [
      user('changed default'),
      'User changed the default security info for Authenticator app notification.',
      'authenticatorApp',
      'defaultChanged',
    ],
    [
      user('changed default'),
      'User changed the default security info for Text a code to +X XXXXXXXXX',
      'phone',
      'defaultChanged',
    ],
    [
      byAdmin('registered'),
      'Admin registered temporary access pass method for user',
      'temporaryAccessPass',
      'registered',
    ],
    [byAdmin('registered'), 'Admin registered phone method for user', 'phone', 'registered'],
    [byAdmin('updated'), 'Admin changed phone method for user', 'phone', 'updated'],
    [
      byAdmin('deleted'),
      'Admin deleted temporary access pass method for user',
      'temporaryAccessPass',
      'deleted',
    ],
    ['Create Temporary Access Pass method for user', null, 'temporaryAccessPass', 'registered'],
    ['Grant user a Hoverboard credential', 'Hoverboard granted', 'unknown', 'updated'],
  ] as const)('%s / %s', (activity, reason, method, action) => {
    expect(changeOf({ activity, reason })).toMatchObject({ method, action });
  });

  test.each([
    ['Add Passkey (device-bound)', 'registered', 'passkey'],
    ['Add passkey (device\u2013bound) ', 'registered', 'passkey'],
    ['Add Passkey (device-bound) security key', 'registered', 'passkey'],
    ['Add Passkey (synced)', 'registered', 'passkey'],
    ['Add FIDO2 security key', 'registered', 'passkey'],
    ['Delete Passkey (device-bound)', 'deleted', 'passkey'],
    ['Delete FIDO2 security key(s)', 'deleted', 'passkey'],
    ['Add Windows Hello for Business credential', 'registered', 'windowsHello'],
    ['Delete Windows Hello for Business credential of a kiosk', 'deleted', 'windowsHello'],
    ['Remove macOS platform credential', 'deleted', 'platformCredential'],
    ['Register passkey', 'registered', 'passkey'],
    ['Delete passwordless phone sign-in credential', 'deleted', 'authenticatorApp'],
    ['Add platform credential', 'registered', 'platformCredential'],
  ])('Device Registration Service: %s', (activity, action, method) => {
    const change = changeOf({ activity, reason: null, service: 'Device Registration Service' });
    expect(change).toMatchObject({ method, action });
  });

  test('a detail outranks the reason', () => {
    const details = { authenticationMETHOD: 'Passkey' };
    expect(changeOf({ details, reason: 'User registered Email' }).method).toBe('passkey');
  });

  test.each([
    ['AppPassword', 'appPassword'],
    ['PhoneAppNotification', 'authenticatorApp'],
    ['PhoneAppOTP', 'oathToken'],
    ['SoftwareOneTimePasscode', 'oathToken'],
    ['SecurityQuestion', 'securityQuestions'],
    ['PlatformCredential', 'platformCredential'],
    ['PasswordlessPhoneSignIn', 'authenticatorApp'],
    ['WindowsHelloForBusiness', 'windowsHello'],
    ['PasskeyDeviceBoundAuthenticator', 'passkey'],
    ['Email', 'email'],
  ])('in one word: %s', (AuthenticationMethod, method) => {
    const spec = { reason: null, details: { AuthenticationMethod } };
    expect(changeOf(spec)).toMatchObject({ method });
  });

  test.each([
    ['MobilePhone', 'mobile'],
    ['OfficePhone', 'office'],
    ['AlternateMobilePhone', 'alternate'],
  ] as const)('and the kind of phone: %s', (AuthenticationMethod, phoneType) => {
    const spec = { reason: null, details: { AuthenticationMethod } };
    expect(changeOf(spec)).toMatchObject({ method: 'phone', details: { phoneType } });
  });

  test('an unknown one keeps the raw words, with digits of a number hidden', () => {
    const { details } = changeOf({ reason: 'User registered Pager +31 612345678' });
    expect(details.text).toBe('User registered Pager +XX XXXXXXX78');
  });

  test('one row that requires re-registration removes several', () => {
    const changes = changesOf({
      activity: byAdmin('deleted'),
      reason: 'Admin required re-registration of MFA authentication methods.',
      by: admin,
      properties: [
        ['Phone.PhoneNumber', '"+31 600000000"', '""'],
        ['Phone.PhoneType', '"mobile"', '""'],
        ['MicrosoftAuthenticator.Id', '"x"', '""'],
      ],
    });
    expect(changes.map(({ method, action }) => [method, action])).toEqual([
      ['phone', 'deleted'],
      ['authenticatorApp', 'deleted'],
    ]);
    expect(JSON.stringify(changes)).not.toContain('600000000');
  });
});

describe('rows that are no change:', () => {
  test.each([
    [{ service: 'Device Registration Service', activity: 'Reveal local administrator password' }],
    [
      {
        service: 'Device Registration Service',
        activity: 'Update device local administrator password',
        target: null,
      },
    ],
    [{ result: 'failure' }],
    [
      {
        activity: 'User started security info registration',
        reason: 'User started the registration for Passkey',
      },
    ],
    [{ reason: 'User failed to register Authenticator App with Code' }],
    [{ activity: 'User registered all required security info' }],
    [{ activity: 'User cancelled security info registration', reason: null }],
    [{ activity: 'User canceled security info registration', reason: null }],
    [
      {
        activity: 'User reviewed security info',
        reason: 'User successfully reviewed security info.',
      },
    ],
    [
      {
        activity: 'Get passkey creation options',
        reason: 'Successfully retrieved passkey creation options.',
      },
    ],
    [{ activity: 'Register device', service: 'Device Registration Service', reason: null }],
    [{ activity: 'Suspicious activity reported', reason: null }],
  ] as const)('%j', (spec) => {
    expect(verdictOf(spec).kind).toBe('noise');
  });

  test.each([null, '', 'User registered security info', 'User registered security info.'])(
    'a silent renewal, with reason %j, is held for something that confirms it',
    (reason) => expect(changeOf({ reason })).toMatchObject({ method: 'unknown', held: true }),
  );

  test('a muted activity is a change that is not told, and says by which setting', () => {
    const verdict = verdictOf({}, ['user registered security info']);
    expect(verdict).toMatchObject({ kind: 'muted', why: 'muted by MUTED_ACTIVITIES' });
  });

  test('a hardware token that is nobody’s yet is deleted from nobody', () => {
    const spec = { activity: 'Delete Hardware Oath Token', reason: null, by: admin };
    expect(verdictOf({ ...spec, target: null }).kind).toBe('noise');
    expect(changeOf(spec)).toMatchObject({ method: 'oathToken', action: 'deleted' });
  });

  test('a change of nobody says so, unless it is one that people make for themselves alone', () => {
    const byAnother = { activity: byAdmin('registered'), by: admin };
    const nobody = { id: null, upn: null };
    expect(verdictOf({ ...byAnother, target: nobody }).kind).toBe('nobody');
    expect(verdictOf({ ...byAnother, target: null }).kind).toBe('nobody');
    expect(changeOf({ target: nobody })).toMatchObject({
      target: { id: adele.id },
      initiator: { kind: 'self' },
    });
  });

  test.each([
    [user('deleted'), 'deleted', undefined],
    [user('updated'), 'updated', undefined],
    [byAdmin('registered'), 'registered', admin],
    [byAdmin('deleted'), 'deleted', admin],
  ] as const)(
    '%s that names no method is told all the same, and not held',
    (activity, action, by) => {
      for (const reason of [null, activity]) {
        const change = changeOf({ activity, reason, ...(by && { by }) });
        expect(change).toMatchObject({ action, method: 'unknown', vague: 'method' });
        expect(change.held).toBeUndefined();
      }
    },
  );

  test('a word that only holds one of noise is none', () => {
    const reason = 'User registered Mobile Phone SMS, unreviewed and restarted';
    expect(verdictOf({ reason }).kind).toBe('change');
  });

  test.each(['User registered passkey (preview)', 'Admin unblocked QR code method'])(
    'an activity that nobody has listed is told though its name holds such a word in another: %s',
    (activity) => {
      expect(verdictOf({ activity, reason: null, by: admin }).kind).toBe('change');
      expect(verdictOf({ activity: `${activity}, reviewed`, reason: null }).kind).toBe('noise');
    },
  );

  test('what is never told is, where EXTRA_ACTIVITIES names it', () => {
    const spec = { activity: 'Enable account', service: 'Core Directory', by: admin };
    expect(verdictOf(spec).kind).toBe('noise');
    expect(verdictOf(spec, [], ['enable account']).kind).toBe('change');
  });

  test('a device of nobody is no fault, where devices are told', () => {
    const spec = { activity: 'Register device', service: 'Device Registration Service', by: null };
    expect(verdictOf({ ...spec, target: null }, [], ['register device']).kind).toBe('noise');
  });

  test('a new password in the profile is a reset by others, and a change by the user', () => {
    const spec = { activity: 'Update PasswordProfile', service: 'Core Directory', reason: null };
    expect(changeOf({ ...spec, by: admin }).action).toBe('passwordReset');
    expect(changeOf(spec).action).toBe('passwordChanged');
  });

  test('a pass that a service has used up is not told; one that it added, and one that others took, is', () => {
    const service = 'Device Registration Service';
    const app = {
      appId: null,
      displayName: service,
      servicePrincipalId: 's',
      servicePrincipalName: null,
    };
    const row = (old: string, now: string) => ({
      activity: 'Update user',
      service: 'Core Directory',
      reason: null,
      properties: [['SecuredAccessPassData', old, now]] as const,
    });
    const [gone, come] = [row('[{"PassId":"p"}]', '[]'), row('[]', '[{"PassId":"p"}]')];
    expect(verdictOf({ ...gone, by: null, app }).kind).toBe('unrelated');
    expect(verdictOf({ ...come, by: null, app }).kind).toBe('change');
    expect(verdictOf({ ...gone, by: admin }).kind).toBe('change');
  });

  test('a pass that names nobody is not taken for its maker’s', () => {
    const pass = { reason: 'User registered temporary access pass method', by: admin };
    expect(verdictOf({ ...pass, target: null }).kind).toBe('nobody');
    expect(verdictOf({ ...pass, target: { id: null, upn: null } }).kind).toBe('nobody');
    expect(changeOf(pass)).toMatchObject({ initiator: { kind: 'administrator' } });
  });

  test.each([null, 'unknownFutureValue'])(
    'a result of %j does not say that it failed',
    (result) => {
      expect(verdictOf({ result }).kind).toBe('change');
    },
  );
});

test.each(['constructor', '__proto__'])('a Temporary Access Pass of usage %s has none', (usage) => {
  const { details } = changeOf({
    activity: byAdmin('registered'),
    reason: 'Admin registered temporary access pass method for user',
    by: admin,
    properties: [['TemporaryAccessPass.AccessPassUsage', null, usage]],
  });
  expect(details.temporaryAccessPass).toBeUndefined();
});
