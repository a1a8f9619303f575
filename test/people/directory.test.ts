import { expect, test } from 'vitest';
import type { Graph } from '../../functions/graph/client.ts';
import { GraphFailure } from '../../functions/graph/failure.ts';
import { peopleDirectory } from '../../functions/people/directory.ts';

let time = Date.parse('2026-11-24T09:00:00.000Z');
const now = () => new Date(time);

function graphThat(answer: (path: string, body?: object) => unknown, groupIds: string[] = []) {
  const paths: string[] = [];
  const graph = {
    async get(path: string) {
      paths.push(path);
      return answer(path);
    },
    async post(path: string, body: object) {
      paths.push(path);
      return answer(path, body);
    },
  } as Graph;
  return { paths, people: peopleDirectory(graph, now, groupIds) };
}

const adele = {
  id: 'a',
  displayName: 'Adele',
  mail: 'a@x.example',
  userPrincipalName: 'A@x.example',
};

test('one request brings the user and the manager, and serves a burst', async () => {
  const { paths, people } = graphThat(() => ({
    ...adele,
    manager: { id: 'm', mail: 'm@x.example' },
  }));
  for (let times = 0; times < 3; times += 1) {
    expect((await people.find({ id: 'a' }))?.manager?.mail).toBe('m@x.example');
  }
  expect(paths).toHaveLength(1);
  expect(paths[0]).toMatch(/^\/users\('a'\)\?\$select=id,.*&\$expand=manager\(\$select=id,/);
  time += 4 * 60_000;
  await people.find({ id: 'a' });
  expect(paths).toHaveLength(2);
});

test('a UPN is encoded, and must match exactly but for case: nobody else is told', async () => {
  const upn = "o'neil_x#EXT#@x.example";
  const { paths, people } = graphThat(() => ({ ...adele, userPrincipalName: upn.toUpperCase() }));
  expect(await people.find({ userPrincipalName: upn })).toMatchObject({ id: 'a' });
  expect(paths[0]).toMatch(/^\/users\('o''neil_x%23EXT%23@x\.example'\)\?/);
  const other = graphThat(() => adele);
  expect(await other.people.find({ userPrincipalName: 'adele@x.example' })).toBeUndefined();
});

test('who is not there is undefined, and asked for again', async () => {
  const { paths, people } = graphThat(() => {
    throw new GraphFailure('notFound', { status: 404 });
  });
  expect(await people.find({ id: 'x' })).toBeUndefined();
  expect(await people.find({ id: 'x' })).toBeUndefined();
  expect(paths).toHaveLength(2);
});

test.each([
  [() => ({ ...adele, id: 7 })],
  [() => 'nonsense'],
  [
    () => {
      throw new GraphFailure('throttled', { status: 429 });
    },
  ],
])(
  'an answer that cannot be used is a failure to try again, not a missing person',
  async (answer) => {
    const { people } = graphThat(answer);
    await expect(people.find({ id: 'x' })).rejects.toMatchObject({
      name: 'GraphFailure',
      retry: true,
    });
  },
);

test('one more request says which of the named groups the person belongs to', async () => {
  const { paths, people } = graphThat(
    (_, body) => {
      if (!body) return adele;
      expect(body).toEqual({ groupIds: ['g1', 'g2'] });
      return { value: ['G2'] };
    },
    ['g1', 'g2'],
  );
  for (let times = 0; times < 2; times += 1) {
    const person = await people.find({ userPrincipalName: 'a@x.example' });
    expect(person?.groups).toEqual(new Set(['g2']));
  }
  expect(paths).toEqual([expect.any(String), "/users('a')/checkMemberGroups"]);
});

test('a failed check of groups is a failure, and is not kept', async () => {
  let answers = 0;
  const { people } = graphThat(
    (_, body) => {
      if (!body) return adele;
      answers += 1;
      return answers === 1 ? { error: 'nonsense' } : { value: [] };
    },
    ['g1'],
  );
  await expect(people.find({ id: 'a' })).rejects.toMatchObject({ name: 'GraphFailure' });
  expect((await people.find({ id: 'a' }))?.groups).toEqual(new Set());
});
