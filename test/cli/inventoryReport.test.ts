import { expect, test } from 'vitest';
import { openJournal } from '../../cli/inventory/journal.ts';
import { readReport } from '../../cli/inventory/readReport.ts';
import { objectId } from '../../local/graph/contoso.ts';

const origin = 'https://graph.example';
const scope = { origin, whose: [], details: 'none', lastUsed: false };
const idsFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => objectId(first + index));
const rowOf = (id: string) => ({ id, userPrincipalName: id, methodsRegistered: ['email'] });

/** What is read of a report of these pages, one after the other, about these people or everybody. */
async function readOf(pages: readonly (readonly unknown[])[], only?: readonly string[]) {
  const journal = openJournal(undefined, scope, new Date('2026-11-24T09:00:00Z'));
  let asked = 0;
  const ask = async () => {
    const value = pages[asked % pages.length];
    asked += 1;
    const isLast = asked === pages.length;
    return { value, ...(!isLast && { '@odata.nextLink': `${origin}/v1.0/next?page=${asked}` }) };
  };
  await readReport(only, { ask, origin, journal, wait: async () => {}, progress: () => {} });
  return { ...journal.read, asked };
}

test('somebody on two pages of a report that was made anew counts once, as read last', async () => {
  const [first = '', ...others] = idsFrom(1, 4);
  const again = { ...rowOf(first), methodsRegistered: ['mobilePhone'] };
  const { people } = await readOf([[first, ...others].map(rowOf), [again, rowOf(objectId(9))]]);
  expect([...people.keys()]).toEqual([first, ...others, objectId(9)]);
  expect(people.get(first)?.kinds).toEqual(['mobilePhone']);
});

test('rows that can’t be read count where they are of somebody who was asked for', async () => {
  const wanted = idsFrom(1, 120);
  const broken = (id: string) => ({ ...rowOf(id), methodsRegistered: 'email' });
  const strangers = idsFrom(500, 30).map(broken);
  const page = [...wanted.slice(2).map(rowOf), broken(objectId(1).toUpperCase()), ...strangers];
  const { people, unreadable } = await readOf([[...page, null, { id: 7 }]], wanted);
  // The second of them is in no row.
  expect([people.size, unreadable]).toEqual([118, 1]);
  expect((await readOf([page])).unreadable).toBe(31);
});
