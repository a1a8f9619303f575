import type { InitiatedBy, ModifiedProperty } from '../auditRecord.ts';
import { writeTime } from '../auditTime.ts';
import { contosoOnboarding } from '../contoso.ts';
import {
  byApp,
  byUser,
  type Cast,
  ipAddress,
  modified,
  type Script,
  securityInfo,
  target,
} from './draft.ts';

const hour = 60 * 60 * 1000;

export const adminIssuesTemporaryAccessPass: Script = (cast) => [
  securityInfo({
    at: 0,
    activity: 'Admin registered security info',
    reason: 'Admin registered temporary access pass method for user',
    by: byUser(cast.admin, ipAddress(cast.random)),
    targets: [target(cast.person, pass(cast, 'Once'))],
  }),
  twin(cast, byUser(cast.admin)),
];

/** Through Graph the row says "User", though an application did it. */
export const appIssuesTemporaryAccessPass: Script = (cast) => [
  securityInfo({
    at: 0,
    activity: 'User registered security info',
    reason: 'User registered temporary access pass method',
    operation: 'ServiceApi',
    by: byApp(contosoOnboarding),
    targets: [target(cast.person, pass(cast, 'Multiple'))],
  }),
  twin(cast, byApp(contosoOnboarding)),
];

export const adminDeletesTemporaryAccessPass: Script = ({ admin, person, random }) => [
  securityInfo({
    at: 0,
    activity: 'Admin deleted security info',
    reason: 'Admin deleted temporary access pass method for user',
    operation: 'Delete',
    by: byUser(admin, ipAddress(random)),
    targets: [target(person, [modified('TemporaryAccessPass.Id', random.guid(), '')])],
  }),
];

/** The same act, logged once more under another name. */
function twin({ person }: Cast, by: InitiatedBy) {
  return securityInfo({
    at: 400,
    activity: 'Create Temporary Access Pass method for user',
    reason: null,
    by,
    targets: [target(person)],
  });
}

/** Everything about the pass but its code. */
function pass({ random, startsAt }: Cast, usage: 'Once' | 'Multiple'): ModifiedProperty[] {
  const ticks = random.below(10_000);
  const end = new Date(startsAt.getTime() + hour);
  return [
    modified('TemporaryAccessPass.Id', '', random.guid()),
    modified('TemporaryAccessPass.StartDateTime', '', writeTime(startsAt, ticks)),
    modified('TemporaryAccessPass.EndDateTime', '', writeTime(end, ticks)),
    modified('TemporaryAccessPass.AccessPassUsage', '', usage),
  ];
}
