import { extraPerson } from '../contoso.ts';
import type { Person } from '../person.ts';
import { userRegistersAuthenticator } from './authenticator.ts';
import { userRegistersEmail, userRegistersPhone } from './contact.ts';
import {
  byUser,
  type Cast,
  type Draft,
  ipAddress,
  modified,
  type Script,
  securityInfo,
  target,
} from './draft.ts';
import { userRegistersPasskey } from './passkey.ts';

/** Three methods in one sitting of 16 s. */
export const firstEnrolment: Script = (cast) => [
  ...userRegistersAuthenticator(cast),
  ...later(2000, userRegistersPhone(cast)),
  ...later(4000, userRegistersEmail(cast)),
];

/**
 * `count` people within 20 ms of each other. They do it themselves, unless an administrator is
 * named: then it is that one who changes them all.
 */
export const burst: Script = (cast) =>
  Array.from({ length: cast.count }, (_, index) => oneOfMany(cast, index + 1));

/** `count` people register a passkey at sign-in, 20 ms from each other. */
export const wave: Script = (cast) =>
  Array.from({ length: cast.count }, (_, index) => {
    const person = extraOf(cast, index + 1);
    return later(20 * index, userRegistersPasskey({ ...cast, person }));
  }).flat();

/** A row of the right service and activity whose other properties have types that none should have. */
export const unparsable: Script = ({ person }) => [
  securityInfo({
    at: 0,
    activity: 'User registered security info',
    reason: 'User registered Mobile Phone SMS',
    by: byUser(person),
    targets: [],
    malformed: { targetResources: 'none', initiatedBy: 7, result: ['success'] },
  }),
];

function extraOf({ directory }: Cast, number: number): Person {
  const extra = extraPerson(number);
  if (!directory.find(extra.id)) directory.add(extra);
  return directory.get(extra.id);
}

function oneOfMany(cast: Cast, number: number): Draft {
  const { random, admin, adminGiven } = cast;
  const person = extraOf(cast, number);
  const at = 20 * (number - 1);
  if (!adminGiven) {
    return securityInfo({
      at,
      activity: 'User registered security info',
      reason: 'User registered Authenticator App with Notification and Code',
      by: byUser(person, ipAddress(random)),
      targets: [target(person)],
    });
  }
  const phone = `+1 20655501${String(number % 100).padStart(2, '0')}`;
  return securityInfo({
    at,
    activity: 'Admin registered security info',
    reason: 'Admin registered phone method for user',
    by: byUser(admin, '198.51.100.7'),
    targets: [target(person, [modified('Phone.PhoneNumber', '', phone)])],
  });
}

function later(by: number, rows: readonly Draft[]): Draft[] {
  return rows.map((row) => ({ ...row, at: row.at + by }));
}
