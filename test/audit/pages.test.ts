import { describe, expect, test } from 'vitest';
import { PagingError, readPages } from '../../functions/audit/pages.ts';
import type { Graph } from '../../functions/graph/client.ts';
import { GraphFailure } from '../../functions/graph/failure.ts';
import { auditRow } from '../fixtures/rows.ts';

const pageOf = (...value: readonly unknown[]): Graph =>
  ({ origin: 'https://graph.microsoft.com', get: async () => ({ value }) }) as unknown as Graph;

test('of a row that is known nothing but its time is read, and it counts among those of the page', async () => {
  const [first, second, third] = ['1', '2', '3'].map((id) =>
    auditRow({ id, time: `2026-11-24T09:00:0${id}Z` }),
  ) as [object, object, object];
  const { id, activityDateTime } = second as { id: string; activityDateTime: string };
  const untouched = {
    id,
    activityDateTime,
    get targetResources() {
      throw new Error('nobody was to look');
    },
  };
  const isKnown = (known: string, time: string) => known === id && time === activityDateTime;
  const graph = pageOf(first, untouched, third, { id });
  const pages = [];
  for await (const page of readPages(graph, '/', async () => {}, isKnown)) pages.push(page);
  expect(pages).toHaveLength(1);
  expect(pages[0]?.records.map((record) => record.id)).toEqual(['1', '3']);
  expect(pages[0]?.unparsable).toHaveLength(1);
  expect(pages[0]?.times.map((time) => time.slice(17, 19))).toEqual(['01', '02', '03']);
});

test('a row of the same id and of another time is another row', async () => {
  const row = auditRow({ id: '1', time: '2026-11-24T09:00:01Z' });
  const isKnown = (id: string, time: string) => id === '1' && time === '2026-11-24T09:00:02Z';
  const { value: page } = await readPages(pageOf(row), '/', async () => {}, isKnown).next();
  expect(page.records).toHaveLength(1);
});

/** Gives what a Graph answers, by path, and what was asked. */
function graphThat(answers: (path: string) => unknown) {
  const asked: string[] = [];
  const get = async (path: string) => {
    asked.push(path);
    return answers(path);
  };
  return { asked, graph: { origin: 'https://graph.microsoft.com', get } as unknown as Graph };
}

async function idsOf(graph: Graph, query: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { records } of readPages(graph, query, async () => {})) {
    ids.push(...records.map(({ id }) => id));
  }
  return ids;
}

const row = (id: string) => auditRow({ id, time: '2026-11-24T09:00:01Z' });
const tooLong = new GraphFailure('unknownOutcome', { status: 200, code: 'TooLong' });

describe('a page that is too long', () => {
  test('is asked for in smaller ones, from the beginning of what was asked', async () => {
    const { graph, asked } = graphThat((path) => {
      const top = Number(/top=(\d+)/.exec(path)?.[1]);
      if (path === '/rows?$top=500') {
        const next = 'https://graph.microsoft.com/v1.0/rows?$skiptoken=2';
        return { value: [row('1')], '@odata.nextLink': next };
      }
      if (!(top <= 5)) throw tooLong;
      return { value: [row('1'), row('2')] };
    });
    expect(await idsOf(graph, '/rows?$top=500')).toEqual(['1', '1', '2']);
    expect(asked).toEqual([
      '/rows?$top=500',
      '/rows?$skiptoken=2',
      '/rows?$top=50',
      '/rows?$top=5',
    ]);
  });

  const dated = (id: string, second: string) =>
    auditRow({ id, time: `2026-11-24T09:00:${second}.5Z` });
  const query = '/rows?$filter=activityDateTime%20ge%202026-11-24T08:00:00Z%20and%20x&$top=500';

  test('begins anew with the last second that was read, so that what comes is not out of order', async () => {
    const next = 'https://graph.microsoft.com/v1.0/rows?$skiptoken=2';
    const { graph, asked } = graphThat((path) => {
      if (path === query)
        return { value: [dated('1', '01'), dated('2', '07')], '@odata.nextLink': next };
      if (path === '/rows?$skiptoken=2') throw tooLong;
      return { value: [dated('2', '07'), dated('3', '08')] };
    });
    expect(await idsOf(graph, query)).toEqual(['1', '2', '2', '3']);
    expect(asked.at(-1)).toBe(
      query.replace('T08:00:00Z', 'T09:00:07Z').replace('$top=500', '$top=50'),
    );
  });

  test('and whose times have more or fewer digits is no reason to begin with all', async () => {
    const next = 'https://graph.microsoft.com/v1.0/rows?$skiptoken=2';
    const { graph, asked } = graphThat((path) => {
      const rows = [auditRow({ time: '2026-11-24T09:00:07Z' }), dated('2', '07')];
      if (path === query) return { value: rows, '@odata.nextLink': next };
      if (path === '/rows?$skiptoken=2') throw tooLong;
      return { value: [] };
    });
    await idsOf(graph, query);
    expect(asked.at(-1)).toMatch('ge%202026-11-24T09:00:07Z%20and');
  });

  test('begins anew with all where rows came in no order', async () => {
    const next = 'https://graph.microsoft.com/v1.0/rows?$skiptoken=2';
    const { graph, asked } = graphThat((path) => {
      if (path === query)
        return { value: [dated('2', '07'), dated('1', '01')], '@odata.nextLink': next };
      if (path === '/rows?$skiptoken=2') throw tooLong;
      return { value: [] };
    });
    await idsOf(graph, query);
    expect(asked.at(-1)).toBe(query.replace('$top=500', '$top=50'));
  });

  test('though it holds a single row is the failure that it is', async () => {
    const { graph, asked } = graphThat(() => {
      throw tooLong;
    });
    await expect(idsOf(graph, '/rows?$top=500')).rejects.toBe(tooLong);
    expect(asked.at(-1)).toBe('/rows?$top=1');
    expect(asked).toHaveLength(4);
  });

  test('is the only failure that is met in this way', async () => {
    const { graph, asked } = graphThat(() => {
      throw new GraphFailure('unknownOutcome', { status: 200, code: 'NotJson' });
    });
    await expect(idsOf(graph, '/rows?$top=500')).rejects.toMatchObject({ code: 'NotJson' });
    expect(asked).toHaveLength(1);
  });
});

test.each([null, 7, 'x', [], { value: null }])(
  'an answer that is no page is said: %j',
  async (body) => {
    const { graph } = graphThat(() => body);
    await expect(idsOf(graph, '/rows')).rejects.toBeInstanceOf(PagingError);
  },
);

describe('a nextLink', () => {
  const followed = (link: unknown) => {
    const { graph, asked } = graphThat((path) =>
      path === '/rows' ? { value: [], '@odata.nextLink': link } : { value: [] },
    );
    return idsOf(graph, '/rows').then(() => asked[1]);
  };

  test.each<unknown>([
    'http://graph.microsoft.com/v1.0/rows?$skiptoken=2',
    'https://graph.microsoft.com:444/v1.0/rows',
    'https://graph.microsoft.com.elsewhere.example/v1.0/rows',
    'https://graph.microsoft.com@elsewhere.example/v1.0/rows',
    'https://elsewhere.example/https://graph.microsoft.com/',
    '//elsewhere.example/v1.0/rows',
    '/v1.0/rows?$skiptoken=2',
    'ftp://graph.microsoft.com/',
    'javascript:0',
    '',
    7,
    {},
    { toString: 1 },
    ['https://graph.microsoft.com/v1.0/rows'],
  ])('that leads elsewhere is not followed: %j', async (link) => {
    await expect(followed(link)).rejects.toThrow('nextLink leaves the origin of GRAPH_BASE_URL');
  });

  test.each([
    ['https://user:word@graph.microsoft.com/v1.0/rows?$skiptoken=2', '/rows?$skiptoken=2'],
    ['HTTPS://Graph.Microsoft.com:443/v1.0/rows?a=b#c', '/rows?a=b'],
    ['https://graph.microsoft.com//elsewhere.example/x', '//elsewhere.example/x'],
    ['https://graph.microsoft.com/v1.0/../../x', '/x'],
  ])('is followed by path and query alone: %s', async (link, path) => {
    expect(await followed(link)).toBe(path);
    // What it is put behind by the client stays the host.
    expect(new URL(`https://graph.microsoft.com/v1.0${path}`).host).toBe('graph.microsoft.com');
  });

  test('that two pages give each other ends', async () => {
    const { graph, asked } = graphThat((path) => ({
      value: [],
      '@odata.nextLink': `https://graph.microsoft.com/v1.0/${path === '/a' ? 'b' : 'a'}`,
    }));
    await expect(idsOf(graph, '/rows')).rejects.toThrow('nextLink repeats itself');
    expect(asked).toEqual(['/rows', '/a', '/b']);
  });

  test('that is there twice is the later one, and no other', async () => {
    const { graph, asked } = graphThat((path) =>
      JSON.parse(
        path === '/rows'
          ? '{"value":[],"@odata.nextLink":"https://elsewhere.example/","@odata.nextLink":"https://graph.microsoft.com/v1.0/b"}'
          : '{"value":[]}',
      ),
    );
    await idsOf(graph, '/rows');
    expect(asked).toEqual(['/rows', '/b']);
  });
});
