import PostalMime from 'postal-mime';
import { expect, test } from 'vitest';
import { auditRow } from '../fixtures/rows.ts';
import type { World } from './world.ts';
import { worlds } from './worlds.ts';

const openWorld = worlds();

const texts = ({ mails }: World) =>
  Promise.all(mails.map(async ({ raw }) => (await PostalMime.parse(raw)).text));

test('an application with the name of a Microsoft service is told as an application', async () => {
  const world = await openWorld();
  const { id, userPrincipalName: upn } = world.simulator.directory.get('AdeleV@contoso.example');
  const displayName = 'Device Registration Service';
  const register = (servicePrincipalId: string, appOwnerOrganizationId: string) => {
    world.simulator.grants.register({
      id: servicePrincipalId,
      appId: `${servicePrincipalId}-app`,
      displayName,
      servicePrincipalType: 'Application',
      appRoles: [],
      appOwnerOrganizationId,
    });
    const row = auditRow({
      time: world.time.toISOString().replace('Z', '0000Z'),
      service: 'Core Directory',
      activity: 'Reset user password',
      reason: null,
      target: { id, upn },
      by: null,
      app: { appId: null, displayName, servicePrincipalId, servicePrincipalName: null },
    });
    world.simulator.audit.append(row, world.time);
  };
  register('genuine', 'f8cdef31-a31e-4b4a-93e4-5f571e91255a');
  await world.pass(5);
  expect(await texts(world)).toEqual([expect.stringContaining('A Microsoft service')]);
  register('impostor', 'c0de0000-0000-4000-8000-00000000c0de');
  await world.pass(5);
  expect(await texts(world)).toEqual([
    expect.anything(),
    expect.stringContaining('Application “Device Registration Service”'),
  ]);
});
