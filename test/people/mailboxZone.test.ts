import { expect, test } from 'vitest';
import type { Graph } from '../../functions/graph/client.ts';
import { GraphFailure } from '../../functions/graph/failure.ts';
import { peopleDirectory } from '../../functions/people/directory.ts';
import { mailboxZone } from '../../functions/people/mailboxZone.ts';

let time = Date.parse('2026-11-24T09:00:00.000Z');
const now = () => new Date(time);

function graphThat(answer: (path: string) => unknown) {
  const paths: string[] = [];
  const get = async (path: string) => {
    paths.push(path);
    return answer(path);
  };
  const graph = { get } as Pick<Graph, 'get'> as Graph;
  return { paths, graph, zoneOf: mailboxZone(graph, now) };
}

const zoneThatIsCalled = (value: unknown) => graphThat(() => ({ value })).zoneOf('a');

test.each([
  ['W. Europe Standard Time', 'Europe/Berlin'],
  ['w. europe standard time', 'Europe/Berlin'],
  ['India Standard Time', 'Asia/Kolkata'],
  ['FLE Standard Time', 'Europe/Kyiv'],
  ['Tokyo Standard Time', 'Asia/Tokyo'],
  ['Europe/Vienna', 'Europe/Vienna'],
  ['America/Argentina/Buenos_Aires', 'America/Buenos_Aires'],
])('a mailbox that is set to %s is told by %s', async (name, zone) => {
  const same = (one = '') =>
    new Intl.DateTimeFormat('en', { timeZone: one }).resolvedOptions().timeZone;
  expect(same(await zoneThatIsCalled(name))).toBe(same(zone));
});

test.each([
  'UTC',
  'tzone://Microsoft/Custom',
  'Customized Time Zone',
  '+02:00',
  'Mars/Olympus',
  '',
  'constructor',
  null,
  7,
])('what names no clock of a place tells nothing: %s', async (name) => {
  expect(await zoneThatIsCalled(name)).toBeUndefined();
});

test('one that may not look asks once an hour, for whomever', async () => {
  const { paths, zoneOf } = graphThat(() => {
    throw new GraphFailure('denied', { status: 403 });
  });
  for (const id of ['a', 'b', 'c']) expect(await zoneOf(id)).toBeUndefined();
  expect(paths).toEqual(["/users('a')/mailboxSettings/timeZone"]);
  time += 3_600_000;
  await zoneOf('a');
  expect(paths).toHaveLength(2);
});

test.each(['notFound', 'throttled', 'unreachable', 'unknownOutcome'] as const)(
  'what fails otherwise (%s) tells nothing, and the next is asked for',
  async (kind) => {
    const { paths, zoneOf } = graphThat(() => {
      throw new GraphFailure(kind, { status: 404 });
    });
    expect(await zoneOf('a')).toBeUndefined();
    expect(await zoneOf('b')).toBeUndefined();
    expect(paths).toHaveLength(2);
  },
);

test('a defect is no failure of Graph', async () => {
  const { zoneOf } = graphThat(() => {
    throw new TypeError('defect');
  });
  await expect(zoneOf('a')).rejects.toThrow('defect');
});

test('a person has it after one more request, kept with them; who has no mailbox is not asked about', async () => {
  const { paths, graph, zoneOf } = graphThat((path) =>
    path.endsWith('/timeZone')
      ? { value: 'Tokyo Standard Time' }
      : { id: 'a', mail: path.includes("('a')") ? 'a@x.example' : null },
  );
  const people = peopleDirectory(graph, now, [], zoneOf);
  expect(await people.find({ id: 'a' })).toMatchObject({ mailboxZone: 'Asia/Tokyo' });
  await people.find({ id: 'a' });
  expect(paths).toHaveLength(2);
  expect(await people.find({ id: 'b' })).not.toHaveProperty('mailboxZone');
  expect(paths).toHaveLength(3);
});
