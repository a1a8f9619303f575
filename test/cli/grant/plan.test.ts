import { expect, test } from 'vitest';
import { left, planOf } from '../../../cli/grant/plan.ts';
import { exchangeAppId, graphAppId } from '../../../functions/permissions/needed.ts';

const api = (appId: string, ...roles: string[]) => ({
  id: `object of ${appId}`,
  appId,
  displayName: 'An API',
  appRoles: roles.map((value) => ({ id: `id of ${value}`, value })),
});

/** What becomes of one role of an API that the identity has beside nothing else. */
function verbOf(appId: string, role: string) {
  const own = api(appId, role);
  const apis = new Map([api(graphAppId), own].map((one) => [one.id, one]));
  const assigned = [{ id: 'a', resourceId: own.id, appRoleId: `id of ${role}` }];
  const plan = planOf(assigned, apis, {});
  const step = plan.find(({ assignment }) => assignment === 'a');
  expect(left(plan).includes(step as never)).toBe(step?.verb !== 'leave');
  return step?.verb;
}

test.each([
  [exchangeAppId, 'Whatever.ItIs', 'refuse'],
  [exchangeAppId, 'full_access_as_app', 'refuse'],
  ['another', 'full_access_as_app', 'refuse'],
  [graphAppId, 'Mail.ReadWrite', 'refuse'],
  [graphAppId, 'MailboxFolder.Read.All', 'refuse'],
  [graphAppId, 'Sites.Read.All', 'leave'],
  ['another', 'Mail.Read', 'leave'],
])('of %s the role %s: %s', (appId, role, verb) => expect(verbOf(appId, role)).toBe(verb));
