import { expect, test } from 'vitest';
import type { Graph } from '../../functions/graph/client.ts';
import { failureKind, GraphFailure } from '../../functions/graph/failure.ts';
import { methodFinder } from '../../functions/people/methodFinder.ts';

const at = '2026-11-24T09:00:00Z';

/** Finds methods where Graph refuses with a status. */
function refusedWith(status: number) {
  let requests = 0;
  const graph: Pick<Graph, 'get'> = {
    get: async () => {
      requests += 1;
      throw new GraphFailure(failureKind(status, undefined), { status });
    },
  };
  const finder = methodFinder(graph as Graph, () => new Date(at));
  return { finder, requests: () => requests };
}

test('without the permission nothing is found, and nobody asks again for an hour', async () => {
  const { finder, requests } = refusedWith(403);
  expect(await finder.createdAt('u', at)).toBeUndefined();
  expect(finder.mayLook()).toBe(false);
  await finder.createdAt('u', at);
  expect(requests()).toBe(1);
});

test.each([401, 429, 503])('a %i says nothing of the methods: look again', async (status) => {
  const { finder } = refusedWith(status);
  await expect(finder.createdAt('u', at)).rejects.toMatchObject({ retry: true });
  expect(finder.mayLook()).toBe(true);
});
