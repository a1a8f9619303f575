import {
  browser,
  byUser,
  deviceRegistrationService,
  ipAddress,
  type Script,
  securityInfo,
  target,
} from '../graph/happenings/draft.ts';

/** A person's own change, in the words of Authentication Methods: `User registered …`. */
export const own =
  (verb: string, what: string): Script =>
  ({ person, random }) => [
    securityInfo({
      at: 0,
      activity: `User ${verb} security info`,
      reason: `User ${verb} ${what}`,
      by: byUser(person, ipAddress(random)),
      targets: [target(person)],
      details: { 'User-Agent': browser },
    }),
  ];

/** A row of another service, about the person, by the person. */
export const ownRow =
  (service: string, activity: string): Script =>
  ({ person, random }) => [
    { at: 0, service, activity, by: byUser(person, ipAddress(random)), targets: [target(person)] },
  ];

/** The directory's row, and one of each service that writes of the same reset. */
export const administratorResetsPassword: Script = ({ admin, person, random }) => {
  const by = byUser(admin, ipAddress(random));
  const targets = [target(person)];
  const service = 'Core Directory';
  return [
    { at: 0, service, activity: 'Update PasswordProfile', by, targets },
    { at: 200, service, activity: 'Reset user password', by, targets },
    securityInfo({
      at: 700,
      activity: 'POST UserAuthMethod.ResetPasswordOnPasswordMethods',
      operation: 'ServiceApi',
      by,
      targets,
    }),
  ];
};

export const userChangesPassword: Script = ({ person, random }) => {
  const by = byUser(person, ipAddress(random));
  const targets = [target(person)];
  const service = 'Core Directory';
  return [
    { at: 0, service, activity: 'Update PasswordProfile', by, targets },
    { at: 200, service, activity: 'Change user password', by, targets },
  ];
};

/** The service's row names who and the device; the directory's the owner, and comes by the service. */
export const userRegistersDevice: Script = ({ person, random }) => {
  const device = {
    ...target(person),
    id: random.guid(),
    displayName: 'ADELES-LAPTOP',
    type: 'Device',
    userPrincipalName: null,
  };
  const category = 'Device';
  return [
    {
      at: 0,
      service: 'Device Registration Service',
      activity: 'Register device',
      category,
      by: byUser(person, ipAddress(random)),
      targets: [device],
    },
    {
      at: 900,
      service: 'Core Directory',
      activity: 'Add registered owner to device',
      category,
      by: deviceRegistrationService,
      targets: [target(person), device],
    },
  ];
};

const sitting: readonly (readonly [verb: string, what: string])[] = [
  ['deleted', 'Mobile Phone Call and SMS'],
  ['deleted', 'Email'],
  ['deleted', 'Microsoft Authenticator Authentication Method'],
  ['registered', 'Authenticator App with Notification and Code'],
  ['registered', 'Authenticator App with Code'],
  ['registered', 'Mobile Phone SMS'],
  ['registered', 'Alternate Mobile Phone Call'],
  ['registered', 'Office Phone'],
  ['registered', 'Email'],
  ['registered', 'Security questions'],
  ['registered', 'App Password'],
  ['registered', 'Fido2 Authentication Method'],
];

/** Twelve changes within half a minute: as many as a mail holds. */
export const twelveChanges: Script = (cast) => {
  const by = byUser(cast.person, ipAddress(cast.random));
  return sitting.flatMap(([verb, what], index) =>
    own(verb, what)(cast).map((row) => ({ ...row, by, at: 2000 * index })),
  );
};
