import { expect, test } from 'vitest';
import { readPages } from '../../functions/audit/pages.ts';
import type { Graph } from '../../functions/graph/client.ts';
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
