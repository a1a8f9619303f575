import { expect, test } from 'vitest';
import type { Graph } from '../../functions/graph/client.ts';
import { GraphFailure } from '../../functions/graph/failure.ts';
import { foreignLookUp } from '../../functions/permissions/serviceOwners.ts';

const microsoft = 'F8CDEF31-A31E-4B4A-93E4-5F571E91255A';
const owned = (appOwnerOrganizationId: string | null, servicePrincipalType = 'Application') => ({
  appOwnerOrganizationId,
  servicePrincipalType,
});

function lookUpOf(answers: Record<string, unknown>) {
  const asked: string[] = [];
  let time = Date.parse('2026-11-24T09:00:00Z');
  let failure: GraphFailure | undefined;
  const get = async (path: string) => {
    asked.push(path);
    if (failure) throw failure;
    if (!(path in answers)) throw new GraphFailure('notFound', { status: 404 });
    return answers[path];
  };
  return {
    asked,
    look: foreignLookUp({ get } as unknown as Graph, () => new Date(time)),
    fail: (next?: GraphFailure) => {
      failure = next;
    },
    pass: (minutes: number) => {
      time += minutes * 60_000;
    },
  };
}

test('an application of anybody else’s tenant and an identity made in Azure are not Microsoft’s', async () => {
  const { look } = lookUpOf({
    '/servicePrincipals/genuine': owned(microsoft),
    '/servicePrincipals/legacy': owned(null),
    '/servicePrincipals/ours': owned('c0a70500-0000-4000-8000-000000000001'),
    '/servicePrincipals/identity': owned(null, 'ManagedIdentity'),
    '/directory/deletedItems/gone': owned('c0a70500-0000-4000-8000-000000000001'),
  });
  const ids = ['genuine', 'legacy', 'ours', 'identity', 'gone', 'never'];
  expect([...(await look(ids))]).toEqual(['ours', 'identity', 'gone']);
});

test('each is asked for once', async () => {
  const { look, asked } = lookUpOf({ '/servicePrincipals/ours': owned('x') });
  await look(['ours', 'ours']);
  await look(['ours']);
  expect(asked).toEqual(['/servicePrincipals/ours']);
});

test('where nobody may look, a name counts as before, and it is asked again after five minutes', async () => {
  const { look, asked, fail, pass } = lookUpOf({ '/servicePrincipals/ours': owned('x') });
  fail(new GraphFailure('denied', { status: 403 }));
  expect((await look(['ours', 'others'])).size).toBe(0);
  await look(['ours']);
  expect(asked).toHaveLength(1);
  fail();
  pass(6);
  expect((await look(['ours'])).has('ours')).toBe(true);
});
