import type { TargetResource } from '../auditRecord.ts';
import { phoneAppDrift } from './authenticator.ts';
import {
  byUser,
  type Cast,
  type Draft,
  ipAddress,
  modified,
  type Script,
  securityInfo,
  strongAuthenticationService,
  target,
  updateUser,
} from './draft.ts';

/** Rows that other services write all day. */
const everyday: readonly ((cast: Cast, at: number) => Draft)[] = [
  ({ person }, at) => ({
    at,
    service: 'Core Directory',
    activity: 'Update StsRefreshTokenValidFrom Timestamp',
    reason: '',
    operation: 'Update',
    by: byUser(person, '<null>'),
    targets: [target(person)],
  }),
  ({ admin, person }, at) => ({
    at,
    service: 'Core Directory',
    activity: 'Add member to group',
    reason: '',
    operation: 'Assign',
    category: 'GroupManagement',
    by: byUser(admin),
    targets: [target(person), thing('Retail team', 'Group')],
  }),
  ({ admin }, at) => ({
    at,
    service: 'PIM',
    activity: 'Add member to role completed (PIM activation)',
    reason: 'Patching tonight',
    operation: 'ActivateRole',
    category: 'RoleManagement',
    by: byUser(admin, '198.51.100.7'),
    targets: [thing('User Administrator', 'Role'), target(admin)],
  }),
  ({ admin }, at) => ({
    at,
    service: 'Conditional Access',
    activity: 'Update conditional access policy',
    reason: null,
    operation: 'Update',
    category: 'Policy',
    by: byUser(admin, '198.51.100.7'),
    targets: [thing('Require phishing-resistant sign-in', 'Policy')],
  }),
  (cast, at) => updateUser(at, cast.person, strongAuthenticationService, [phoneAppDrift(cast)]),
  ({ admin, person }, at) =>
    updateUser(at, person, byUser(admin), [modified('JobTitle', ['Manager'], ['Senior manager'])]),
];

/** Rows of the watched service that change nothing, or failed. */
const misleading: readonly (readonly [activity: string, reason: string | null])[] = [
  ['User started security info registration', 'User started the registration for Passkey'],
  ['User reviewed security info', 'User successfully reviewed security info.'],
  ['Get passkey creation options', 'Successfully retrieved passkey creation options.'],
  // Microsoft renewing a token on its own: no method is named, and nothing changed.
  ['User registered security info', 'User registered security info'],
];

const failed: readonly (readonly [activity: string, reason: string])[] = [
  ['User registered security info', 'User failed to register Authenticator App with Code'],
  ['User canceled security info registration', 'User canceled security info registration.'],
];

/** A few everyday rows between those of a happening, about somebody else. */
export function everydayRows(cast: Cast, span: number): Draft[] {
  const others = cast.directory
    .all()
    .filter(({ id, mail }) => id !== cast.person.id && id !== cast.admin.id && mail !== null);
  const other = { ...cast, person: cast.random.pick(others) };
  return cast.random
    .shuffle(everyday)
    .slice(0, 2)
    .map((row) => row(other, cast.random.below(span + 1)));
}

/** A busy minute in which nobody's sign-in methods change. */
export const noiseOnly: Script = (cast) => {
  const { person, random } = cast;
  const by = byUser(person, ipAddress(random));
  const targets = [target(person)];
  const rows = [
    ...everyday.map((row, index) => row(cast, 300 * index)),
    ...misleading.map(([activity, reason], index) =>
      securityInfo({ at: 2000 + 400 * index, activity, reason, by, targets }),
    ),
    ...failed.map(([activity, reason], index) =>
      securityInfo({ at: 4000 + 400 * index, activity, reason, by, targets, result: 'failure' }),
    ),
  ];
  return rows;
};

function thing(displayName: string, type: string): TargetResource {
  return {
    id: '7b3a90c4-51de-4f06-8e2b-c4d917a6f083',
    displayName,
    type,
    userPrincipalName: null,
    groupType: type === 'Group' ? 'unknownFutureValue' : null,
    modifiedProperties: [],
  };
}
