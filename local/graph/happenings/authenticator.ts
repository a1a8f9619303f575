import type { ModifiedProperty } from '../auditRecord.ts';
import { writeTime } from '../auditTime.ts';
import {
  browser,
  byUser,
  type Cast,
  ipAddress,
  modified,
  type Script,
  securityInfo,
  strongAuthenticationService,
  target,
  updateUser,
} from './draft.ts';

/** Entra's numbers for methods. */
const sms = 5;
const push = 6;
const code = 7;

export const userRegistersAuthenticator: Script = (cast) => {
  const { person, random } = cast;
  const by = byUser(person, ipAddress(random));
  const targets = [target(person)];
  const correlationId = random.guid();
  return [
    securityInfo({
      at: 0,
      activity: 'User started security info registration',
      reason: 'User started the registration for Authenticator App with Notification and Code',
      by,
      targets,
      correlationId,
    }),
    updateUser(2600, person, byUser(person), [methods([sms], [sms, push, code])]),
    updateUser(2900, person, strongAuthenticationService, [
      modified('StrongAuthenticationPhoneAppDetail', [], [phoneApp(cast)]),
    ]),
    securityInfo({
      at: 3400,
      activity: 'User registered security info',
      reason: 'User registered Authenticator App with Notification and Code',
      by,
      targets,
      details: { 'User-Agent': browser },
    }),
    securityInfo({
      at: 3800,
      activity: 'User registered all required security info',
      reason: 'User registered all required security info.',
      by,
      targets,
      correlationId,
    }),
  ];
};

export const userDeletesAuthenticator: Script = (cast) => {
  const { person, random } = cast;
  return [
    securityInfo({
      at: 0,
      activity: 'User deleted security info',
      reason: 'User deleted Microsoft Authenticator Authentication Method',
      operation: 'Delete',
      by: byUser(person, ipAddress(random)),
      targets: [target(person)],
      details: { 'User-Agent': browser },
    }),
    updateUser(200, person, byUser(person), [methods([sms, push, code], [sms])]),
    updateUser(500, person, strongAuthenticationService, [
      modified('StrongAuthenticationPhoneAppDetail', [phoneApp(cast)], []),
    ]),
  ];
};

export const userChangesDefault: Script = ({ person, random }) => {
  const by = byUser(person, ipAddress(random));
  const targets = [target(person)];
  return [
    securityInfo({
      at: 0,
      activity: 'User reviewed security info',
      reason: 'User successfully reviewed security info.',
      by,
      targets,
    }),
    securityInfo({
      at: 1800,
      activity: 'User changed default security info',
      reason: 'User changed the default security info for Authenticator app notification.',
      operation: 'Update',
      by,
      targets,
      details: { 'User-Agent': browser },
    }),
    updateUser(2100, person, byUser(person), [
      modified(
        'StrongAuthenticationMethod',
        [methodEntry(sms, true), methodEntry(push, false)],
        [methodEntry(sms, false), methodEntry(push, true)],
      ),
    ]),
  ];
};

/** What a sign-in leaves behind: the same app, its counter a little further. Means nothing. */
export function phoneAppDrift(cast: Cast): ModifiedProperty {
  const app = phoneApp(cast);
  return modified(
    'StrongAuthenticationPhoneAppDetail',
    [{ ...app, OathTokenTimeDrift: 1 }],
    [{ ...app, OathTokenTimeDrift: 2, LastAuthenticatedTimestamp: writeTime(cast.startsAt) }],
  );
}

function methods(before: readonly number[], after: readonly number[]): ModifiedProperty {
  const write = (types: readonly number[]) =>
    types.map((type, index) => methodEntry(type, index === 0));
  return modified('StrongAuthenticationMethod', write(before), write(after));
}

function methodEntry(type: number, isDefault: boolean) {
  return { MethodType: type, Default: isDefault };
}

function phoneApp({ random, startsAt }: Cast) {
  return {
    DeviceName: random.pick(['iPhone 16', 'Pixel 9', 'SM-S921B']),
    DeviceToken: `apns2-${random.guid().replaceAll('-', '')}`,
    DeviceTag: 'SoftwareTokenActivated',
    PhoneAppVersion: '6.8.53',
    OathTokenTimeDrift: 0,
    DeviceId: random.guid(),
    Id: random.guid(),
    TimeInterval: 0,
    AuthenticationType: 3,
    NotificationType: 2,
    LastAuthenticatedTimestamp: writeTime(startsAt),
    AuthenticatorFlavor: 'Authenticator',
    HashFunction: null,
    TenantDeviceId: null,
  };
}
