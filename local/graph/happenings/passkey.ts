import type { InitiatedBy, TargetResource } from '../auditRecord.ts';
import { writeTime } from '../auditTime.ts';
import { makePasskey, type PasskeyKind } from '../passkeyMethods.ts';
import {
  browser,
  byUser,
  type Cast,
  type Draft,
  deviceRegistrationService,
  ipAddress,
  modified,
  type Script,
  securityInfo,
  target,
  targetByUpn,
  updateUser,
} from './draft.ts';

const service = 'Device Registration Service';

/** Six rows of three services; the one that knows the key's model knows the person only by UPN. */
export const userRegistersPasskey: Script = (cast) => userRegistersOne()(cast);

/** The same, with a passkey of one kind. */
export const userRegistersOne =
  (kind?: PasskeyKind): Script =>
  (cast) => {
    const { person, random } = cast;
    const by = byUser(person, ipAddress(random));
    const aaguid = register(cast, 4200, kind);
    const registration = random.guid();
    const targets = [target(person)];
    return [
      ...beginning(cast, by, target(person)),
      {
        at: 4200,
        service,
        activity: `Add Passkey (${kind?.passkeyType === 'synced' ? 'synced' : 'device-bound'})`,
        by,
        targets: [targetByUpn(person.userPrincipalName)],
        details: { WebAuthnInfo: webAuthn(cast), AAGuid: aaguid },
      },
      securityInfo({
        at: 4900,
        activity: 'User registered security info',
        reason: 'User registered Passkey',
        by,
        targets,
        correlationId: registration,
        details: { 'User-Agent': browser },
      }),
      updateUser(5300, person, deviceRegistrationService, [
        modified('SearchableDeviceKey', [], [deviceKey(cast, aaguid)]),
      ]),
      securityInfo({
        at: 5900,
        activity: 'User registered security info',
        reason: 'User registered Fido2 Authentication Method',
        by,
        targets,
        correlationId: registration,
        details: { 'User-Agent': browser },
      }),
    ];
  };

/** A key that an administrator hands over, registered through Graph. */
export const adminRegistersOne =
  (kind?: PasskeyKind): Script =>
  (cast) => {
    const { admin, person, random } = cast;
    const by = byUser(admin, ipAddress(random));
    return [
      {
        at: 0,
        service,
        activity: 'Add Passkey (device-bound)',
        by,
        targets: [targetByUpn(person.userPrincipalName)],
        details: { WebAuthnInfo: webAuthn(cast), AAGuid: register(cast, 0, kind) },
      },
      securityInfo({
        at: 900,
        activity: 'Admin registered security info',
        reason: 'Admin registered Fido2 Authentication Method for user',
        by,
        targets: [target(person)],
      }),
    ];
  };

/** One key, two "deleted" rows that are 18 s apart. */
export const userDeletesPasskey: Script = (cast) => {
  const { person, passkeys, random, startsAt } = cast;
  const by = byUser(person, ipAddress(random));
  const targets = [target(person)];
  // Whoever has none in the directory had one from before it was kept.
  const { aaGuid: aaguid } = passkeys.removeNewest(person.id) ?? makePasskey(random, startsAt);
  const activity = 'User deleted security info';
  return [
    securityInfo({
      at: 0,
      activity,
      reason: 'User deleted Fido',
      operation: 'Delete',
      by,
      targets,
      details: { 'User-Agent': browser },
    }),
    {
      at: 700,
      service,
      activity: 'Delete Passkey (device-bound)',
      by,
      targets: [targetByUpn(person.userPrincipalName)],
      details: { WebAuthnInfo: webAuthn(cast), AAGuid: aaguid },
    },
    updateUser(1300, person, deviceRegistrationService, [
      modified('SearchableDeviceKey', [deviceKey(cast, aaguid)], []),
    ]),
    securityInfo({
      at: 18_000,
      activity,
      reason: 'User deleted Fido2 Authentication Method',
      operation: 'Delete',
      by,
      targets,
    }),
  ];
};

/** No row has the person's object id, and the UPN comes in two spellings. */
export const nullTargetId: Script = (cast) => {
  const { person, random } = cast;
  const by = byUser(person, ipAddress(random));
  const upn = person.userPrincipalName;
  return [
    ...beginning(cast, by, targetByUpn(upn)),
    {
      at: 3900,
      service,
      activity: 'Add passkey (device-bound)',
      by,
      targets: [targetByUpn(upn.toUpperCase())],
      details: { WebAuthnInfo: webAuthn(cast), AAGuid: register(cast, 3900) },
    },
    securityInfo({
      at: 5100,
      activity: 'User registered security info',
      reason: 'User registered Fido2 Authentication Method',
      by,
      targets: [targetByUpn(upn.toLowerCase())],
    }),
  ];
};

/** Gives the person a passkey, made a second before the row that tells of it. Gives its AAGUID. */
function register(cast: Cast, at: number, kind?: PasskeyKind): string {
  const { person, passkeys, random, startsAt } = cast;
  const passkey = makePasskey(random, new Date(startsAt.getTime() + at - 1000), kind);
  passkeys.add(person.id, passkey);
  return passkey.aaGuid;
}

function beginning({ random }: Cast, by: InitiatedBy, person: TargetResource): Draft[] {
  const correlationId = random.guid();
  const targets = [person];
  return [
    securityInfo({
      at: 0,
      activity: 'Get passkey creation options',
      reason: 'Successfully retrieved passkey creation options.',
      operation: 'ServiceApi',
      by,
      targets,
      correlationId,
    }),
    securityInfo({
      at: 300,
      activity: 'User started security info registration',
      reason: 'User started the registration for Passkey',
      by,
      targets,
      correlationId,
    }),
  ];
}

function webAuthn({ random }: Cast): string {
  return JSON.stringify({ credentialId: random.guid().replaceAll('-', ''), transports: ['usb'] });
}

function deviceKey({ random, startsAt }: Cast, aaguid: string): Record<string, unknown> {
  return {
    Usage: 'FIDO',
    KeyIdentifier: Buffer.from(random.guid()).toString('base64'),
    KeyMaterial: Buffer.from(random.guid() + random.guid()).toString('base64'),
    CreationTime: writeTime(startsAt),
    DeviceId: '00000000-0000-0000-0000-000000000000',
    CustomKeyInformation: 'AQEAAAAAAAAAAAAAAAAA',
    FidoAaGuid: aaguid,
    FidoAuthenticatorVersion: null,
    FidoAttestationCertificates: [],
  };
}
