import { expect, test } from 'vitest';
import type { Graph } from '../../functions/graph/client.ts';
import { failureKind, GraphFailure } from '../../functions/graph/failure.ts';
import { type Made, methodFinder, nearest } from '../../functions/people/methodFinder.ts';

const at = '2026-11-24T09:00:00Z';

/** Finds methods where Graph refuses with a status. */
function refusedWith(status: number, pause = 0) {
  let requests = 0;
  const graph: Pick<Graph, 'get'> = {
    get: async () => {
      requests += 1;
      throw new GraphFailure(failureKind(status, undefined), { status });
    },
  };
  const finder = methodFinder(
    graph as Graph,
    () => new Date(at),
    async () => pause,
  );
  return { finder, requests: () => requests };
}

test('without the permission nothing is found, and nobody asks again for an hour', async () => {
  const { finder, requests } = refusedWith(403);
  expect(await finder.madeBy('u')).toBe('lookDenied');
  expect(finder.mayLook()).toBe(false);
  expect(await finder.madeBy('u')).toBe('lookDenied');
  expect(requests()).toBe(1);
});

test('a look that fails for good is not taken for one that finds nothing', async () => {
  const { finder } = refusedWith(404);
  expect(await finder.madeBy('u')).toBe('lookFailed');
  expect(finder.mayLook()).toBe(true);
});

test.each([401, 429, 503])('a %i says nothing of the methods: look again', async (status) => {
  const { finder } = refusedWith(status);
  await expect(finder.madeBy('u')).rejects.toMatchObject({ retry: true });
  expect(finder.mayLook()).toBe(true);
});

test('where there is no look-up to take, it is as if Graph had refused it, and Graph is not asked', async () => {
  const { finder, requests } = refusedWith(404, 3000);
  const refused = { kind: 'throttled', retry: true, retryAfterMs: undefined };
  await expect(finder.madeBy('u')).rejects.toMatchObject(refused);
  expect(requests()).toBe(0);
});

const after = (seconds: number) =>
  new Date(Date.parse('2026-11-24T09:00:00Z') + seconds * 1000).toISOString();
const made = (method: Made['method'], seconds: number): Made => ({ method, time: after(seconds) });

test('of several methods the nearest counts, within two minutes', () => {
  expect(nearest([made('passkey', -90), made('phone', 0)], after(0), [])?.method).toBe('phone');
  expect(nearest([made('passkey', -90)], after(0), [])?.method).toBe('passkey');
  expect(nearest([made('passkey', -121)], after(0), [])).toBeUndefined();
});

test('what another change tells of confirms nothing; each explains one', () => {
  const passkey = made('passkey', -90);
  expect(nearest([passkey], after(0), [made('passkey', -91)])).toBeUndefined();
  expect(nearest([passkey], after(0), [made('phone', -91)])?.method).toBe('passkey');
  const two = [passkey, made('passkey', -80)];
  expect(nearest(two, after(0), [made('passkey', -91)])?.time).toBe(after(-80));
});
