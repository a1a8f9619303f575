import { auditRow, type RowSpec } from '../fixtures/rows.ts';

const start = Date.parse('2026-11-24T09:00:00.000Z');
const at = (seconds: number) =>
  new Date(start + seconds * 1000).toISOString().replace('Z', '1234Z');
const person = (name: string) => ({ id: `id-${name}`, upn: `${name}@contoso.example` });
const by = (name: string) => ({ id: `id-${name}`, userPrincipalName: `${name}@contoso.example` });
const dir = 'Core Directory';
const drs = 'Device Registration Service';
const sspr = 'Self-service Password Management';
const none = { by: null } as const;
const app = (displayName: string) => ({
  appId: null,
  displayName,
  servicePrincipalId: 'sp',
  servicePrincipalName: null,
});

/** One row, `seconds` after the start. */
const row = (name: string, seconds: number, spec: RowSpec) =>
  auditRow({ target: person(name), by: by(name), time: at(seconds), reason: null, ...spec });

const registered = (name: string, seconds: number, what: string, more: RowSpec = {}) =>
  row(name, seconds, {
    activity: 'User registered security info',
    reason: `User registered ${what}`,
    ...more,
  });
const deleted = (name: string, seconds: number, what: string) =>
  row(name, seconds, { activity: 'User deleted security info', reason: `User deleted ${what}` });
const updateUser = (
  name: string,
  seconds: number,
  property: string,
  old: string,
  now: string,
  more: RowSpec = {},
) =>
  row(name, seconds, {
    activity: 'Update user',
    service: dir,
    properties: [[property, old, now]],
    ...more,
  });
const mfaService = { ...none, app: app('Azure MFA StrongAuthenticationService') };
const resetBy = (name: string, seconds: number) => [
  row(name, seconds - 26, {
    activity: 'Update StsRefreshTokenValidFrom Timestamp',
    service: dir,
    by: by('it'),
  }),
  row(name, seconds, { activity: 'Reset user password', service: dir, by: by('it') }),
  row(name, seconds, {
    activity: 'Reset password (by admin)',
    service: sspr,
    by: by('it'),
    reason: 'None',
  }),
];

/** A morning in a tenant: its rows, and what should be told of them, a line for each change. */
export const reference = {
  rows: [
    // A passkey: six rows of three services, one without the target's id.
    row('ada', 0, {
      activity: 'Get passkey creation options',
      reason: 'Successfully retrieved passkey creation options.',
    }),
    row('ada', 1, {
      activity: 'User started security info registration',
      reason: 'User started the registration for Passkey',
    }),
    row('ada', 4, {
      activity: 'Add Passkey (device-bound)',
      service: drs,
      target: { id: null, upn: 'ADA@contoso.example' },
    }),
    registered('ada', 5, 'Passkey'),
    registered('ada', 6, 'Fido2 Authentication Method'),
    updateUser('ada', 6, 'SearchableDeviceKey', '[]', '[{"Usage":"FIDO","KeyIdentifier":"k1"}]', {
      ...none,
      app: app(drs),
    }),
    // Removed again: two rows 19 s apart.
    deleted('ada', 600, 'Fido'),
    deleted('ada', 619, 'Fido2 Authentication Method'),
    row('ada', 612, {
      activity: 'Delete Passkey (device-bound)',
      service: drs,
      target: { id: null, upn: 'ada@contoso.example' },
    }),
    // Authenticator, with the directory's rows around it, and the end of the wizard.
    registered('bob', 100, 'Authenticator App with Notification and Code'),
    updateUser(
      'bob',
      98,
      'StrongAuthenticationMethod',
      '[]',
      '[{"MethodType":6,"Default":true},{"MethodType":7,"Default":false}]',
      mfaService,
    ),
    updateUser(
      'bob',
      99,
      'StrongAuthenticationPhoneAppDetail',
      '[]',
      '[{"Id":"a1","NotificationType":4}]',
      mfaService,
    ),
    row('bob', 103, {
      activity: 'User registered all required security info',
      reason: 'User registered all required security info.',
    }),
    // Silent: a new version at sign-in, another order, a renewal without a method, failures.
    updateUser(
      'bob',
      900,
      'StrongAuthenticationPhoneAppDetail',
      '[{"Id":"a1","PhoneAppVersion":"1"}]',
      '[{"Id":"a1","PhoneAppVersion":"2"}]',
      mfaService,
    ),
    updateUser(
      'bob',
      950,
      'StrongAuthenticationMethod',
      '[{"MethodType":6,"Default":true},{"MethodType":7,"Default":false}]',
      '[{"MethodType":7,"Default":false},{"MethodType":6,"Default":true}]',
    ),
    updateUser('bob', 960, 'LastDirSyncTime', '"a"', '"b"'),
    row('cyd', 970, { activity: 'User registered security info' }),
    registered('cyd', 980, 'Email', { result: 'failure' }),
    row('cyd', 990, {
      activity: 'User reviewed security info',
      reason: 'User successfully reviewed security info.',
    }),
    // A phone that only the directory tells of; the same phone's removal, told by the user's page.
    updateUser(
      'dan',
      200,
      'StrongAuthenticationUserDetails',
      '[{"PhoneNumber":null}]',
      '[{"PhoneNumber":"+1 5555550100"}]',
    ),
    deleted('dan', 800, 'Mobile Phone Call and SMS'),
    // Passes: by an administrator under two names, by an application that is called "User".
    row('eve', 300, { activity: 'Create Temporary Access Pass method for user', by: by('it') }),
    row('eve', 301, {
      activity: 'Admin registered security info',
      reason: 'Admin registered temporary access pass method for user',
      by: by('it'),
    }),
    registered('fay', 310, 'temporary access pass method', { ...none, app: app('Onboarding') }),
    // Two resets 92 s apart, six rows.
    ...resetBy('gus', 400),
    ...resetBy('gus', 492),
    // Self-service: muted, with the directory's twin.
    row('hal', 500, {
      activity: 'Reset password (self-service)',
      service: sspr,
      reason: 'Successfully completed reset.',
    }),
    row('hal', 501, {
      activity: 'Reset user password',
      service: dir,
      by: { id: 'fim', userPrincipalName: 'fim_password_service@support.onmicrosoft.com' },
    }),
    row('hal', 502, {
      activity: 'Self-service password reset flow activity progress',
      service: sspr,
      reason: 'User successfully reset password',
    }),
    // Own phone, and 40 s later one that an administrator adds.
    registered('ivy', 700, 'Mobile Phone SMS'),
    row('ivy', 740, {
      activity: 'Admin registered security info',
      reason: 'Admin registered phone method for user',
      by: by('it'),
    }),
    // Windows Hello named by one service, its key by another; multifactor switched off; unknown.
    row('joe', 750, { activity: 'Add Windows Hello for Business credential', service: drs }),
    updateUser('joe', 752, 'SearchableDeviceKey', '[]', '[{"Usage":"NGC","KeyIdentifier":"k2"}]', {
      ...none,
      app: app(drs),
    }),
    row('kim', 760, { activity: 'Disable Strong Authentication', service: dir, by: by('it') }),
    updateUser('kim', 761, 'StrongAuthenticationRequirement', '[{"State":1}]', '[]', {
      by: by('it'),
    }),
    row('lou', 770, { activity: 'User enrolled hoverboard', reason: 'Hoverboard enrolled' }),
    row('lou', 780, {
      activity: 'Unlock user account (self-service)',
      service: sspr,
      reason: 'Success',
    }),
    // A password changed, under two names.
    row('max', 790, { activity: 'Update PasswordProfile', service: dir }),
    row('max', 791, { activity: 'Change user password', service: dir }),
  ],
  told: [
    'ada@contoso.example deleted passkey self',
    'ada@contoso.example registered passkey self',
    'bob@contoso.example registered authenticatorApp self',
    'dan@contoso.example deleted phone self',
    'dan@contoso.example registered phone self',
    'eve@contoso.example registered temporaryAccessPass administrator',
    'fay@contoso.example registered temporaryAccessPass application',
    'gus@contoso.example passwordReset password administrator',
    'gus@contoso.example passwordReset password administrator',
    'ivy@contoso.example registered phone administrator',
    'ivy@contoso.example registered phone self',
    'joe@contoso.example registered windowsHello self',
    'kim@contoso.example deleted perUserMfa administrator',
    'lou@contoso.example unlocked password self',
    'lou@contoso.example updated unknown self',
    'max@contoso.example passwordChanged password self',
  ],
};
