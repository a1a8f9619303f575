import type { ModifiedProperty } from '../auditRecord.ts';
import type { Random } from '../random.ts';
import {
  browser,
  byUser,
  ipAddress,
  modified,
  type Script,
  securityInfo,
  target,
  updateUser,
} from './draft.ts';

/** In some tenants the directory's row is the only one; here it comes just before the named row. */
export const userRegistersPhone: Script = ({ person, random }) => [
  updateUser(0, person, byUser(person), [userDetails({}, { PhoneNumber: number(random) })]),
  securityInfo({
    at: 600,
    activity: 'User registered security info',
    reason: 'User registered Mobile Phone SMS',
    by: byUser(person, ipAddress(random)),
    targets: [target(person)],
    details: { 'User-Agent': browser },
  }),
];

export const userDeletesPhone: Script = ({ person, random }) => [
  securityInfo({
    at: 0,
    activity: 'User deleted security info',
    reason: 'User deleted Mobile Phone Call and SMS',
    operation: 'Delete',
    by: byUser(person, ipAddress(random)),
    targets: [target(person)],
    details: { 'User-Agent': browser },
  }),
  updateUser(350, person, byUser(person), [userDetails({ PhoneNumber: number(random) }, {})]),
];

export const adminRegistersPhone: Script = (cast) =>
  byAdmin('registered', 'Add', '', number(cast.random))(cast);

export const adminUpdatesPhone: Script = (cast) =>
  byAdmin('updated', 'Update', number(cast.random), number(cast.random))(cast);

export const adminDeletesPhone: Script = (cast) =>
  byAdmin('deleted', 'Delete', number(cast.random), '')(cast);

export const userRegistersEmail: Script = ({ person, random }) => {
  const account = person.userPrincipalName.split('@')[0]?.toLowerCase() ?? 'someone';
  return [
    updateUser(0, person, byUser(person), [
      userDetails({}, { Email: `${account}@private.example` }),
    ]),
    securityInfo({
      at: 500,
      activity: 'User registered security info',
      reason: 'User registered Email',
      by: byUser(person, ipAddress(random)),
      targets: [target(person)],
      details: { AuthenticationMethod: 'Email', 'User-Agent': browser },
    }),
  ];
};

function byAdmin(verb: string, operation: string, before: string, after: string): Script {
  return ({ admin, person, random }) => [
    securityInfo({
      at: 0,
      activity: `Admin ${verb} security info`,
      // Entra's reason says "changed" where its activity says "updated".
      reason: `Admin ${verb === 'updated' ? 'changed' : verb} phone method for user`,
      operation,
      by: byUser(admin, ipAddress(random)),
      targets: [target(person, [modified('Phone.PhoneNumber', before, after)])],
    }),
    updateUser(450, person, byUser(admin), [
      userDetails({ PhoneNumber: before || null }, { PhoneNumber: after || null }),
    ]),
  ];
}

interface UserDetails {
  readonly PhoneNumber?: string | null;
  readonly Email?: string | null;
}

function userDetails(before: UserDetails, after: UserDetails): ModifiedProperty {
  const write = (details: UserDetails) => [
    {
      PhoneNumber: null,
      AlternativePhoneNumber: null,
      Email: null,
      VoiceOnlyPhoneNumber: null,
      ...details,
    },
  ];
  return modified('StrongAuthenticationUserDetails', write(before), write(after));
}

/** From the numbers reserved for fiction. */
function number(random: Random): string {
  return `+1 ${200 + random.below(700)}55501${String(random.below(100)).padStart(2, '0')}`;
}
