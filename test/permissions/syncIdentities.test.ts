import { expect, test } from 'vitest';
import type { Graph } from '../../functions/graph/client.ts';
import { GraphFailure } from '../../functions/graph/failure.ts';
import { findSyncIdentities, syncLookUp } from '../../functions/permissions/syncIdentities.ts';

const service = "/servicePrincipals(appId='6bf85cfa-ac8a-4be5-b5de-425a0d0dc016')";
const tenant: Readonly<Record<string, unknown>> = {
  "/directoryRoles(roleTemplateId='d29b2b05-8046-44ba-8758-1e26182fcf32')/members": {
    value: [{ id: 'ACCOUNT', userPrincipalName: 'Sync_DC01@contoso.example', displayName: null }],
  },
  [`${service}?$select=id,appRoles`]: {
    appRoles: [
      { id: 'r1', value: 'ADSynchronization.ReadWrite.All' },
      { id: 'r2', value: 'Other' },
    ],
  },
  [`${service}/appRoleAssignedTo?$top=999`]: {
    value: [
      { appRoleId: 'r1', principalId: 'sp1', principalDisplayName: 'ConnectSyncProvisioning_A' },
      { appRoleId: 'r2', principalId: 'sp2', principalDisplayName: 'ConnectSyncProvisioning_B' },
    ],
  },
  '/servicePrincipals/sp1?$select=appId': { appId: 'APP1' },
};

function graphOf(answers: Readonly<Record<string, unknown>>, failure?: GraphFailure) {
  const asked: string[] = [];
  const get = async (path: string) => {
    asked.push(path);
    if (failure) throw failure;
    if (!(path in answers)) throw new GraphFailure('notFound', { status: 404 });
    return answers[path];
  };
  return { asked, graph: { get } as unknown as Graph };
}

test('who synchronises is found by directory role and app role, never by name', async () => {
  expect(await findSyncIdentities(graphOf(tenant).graph)).toEqual([
    { kind: 'account', ids: ['ACCOUNT'], name: 'Sync_DC01@contoso.example' },
    { kind: 'application', ids: ['sp1', 'APP1'], name: 'ConnectSyncProvisioning_A' },
  ]);
});

test('a tenant of the cloud alone has nobody', async () => {
  expect(await findSyncIdentities(graphOf({}).graph)).toEqual([]);
});

test('what is found is kept for an hour, with those that the setting names', async () => {
  let time = Date.parse('2026-11-24T09:00:00Z');
  const { graph, asked } = graphOf(tenant);
  const look = syncLookUp(graph, ['named'], () => new Date(time));
  expect([...(await look())].sort()).toEqual(['account', 'app1', 'named', 'sp1']);
  const before = asked.length;
  time += 59 * 60_000;
  await look();
  expect(asked).toHaveLength(before);
  time += 2 * 60_000;
  await look();
  expect(asked).toHaveLength(2 * before);
});

test('where the directory cannot be read, the setting counts, and it is asked again soon', async () => {
  let time = Date.parse('2026-11-24T09:00:00Z');
  const { graph, asked } = graphOf({}, new GraphFailure('denied', { status: 403 }));
  const look = syncLookUp(graph, ['named'], () => new Date(time));
  expect([...(await look())]).toEqual(['named']);
  const before = asked.length;
  await look();
  expect(asked).toHaveLength(before);
  time += 6 * 60_000;
  await look();
  expect(asked.length).toBeGreaterThan(before);
});
