import * as z from 'zod';
import { nextPath, PagingError } from '../../../functions/audit/pages.ts';
import type { Ask } from '../../inventory/asker.ts';

/** Graph gives no more a page where managers are expanded. Source: its known issue 13635. */
const first = '/users?$select=id&$expand=manager($select=id)&$top=100';
/** A million people have ten thousand. */
const mostPages = 100_000;

const page = z.object({
  value: z.array(z.unknown()),
  '@odata.nextLink': z.string().nullish(),
});
const user = z.object({ id: z.string(), manager: z.object({ id: z.string() }).nullish() });

/**
 * How many of these people each manager has: the sizes of the teams. What Graph can't say of somebody is
 * left out. Throws `GraphFailure`, and `PagingError` where an answer is no page.
 */
export async function readTeams(
  people: ReadonlySet<string>,
  ask: Ask,
  origin: string,
  progress: (read: number) => void,
): Promise<number[]> {
  const teams = new Map<string, number>();
  const asked = new Set<string>();
  let read = 0;
  for (let path: string | undefined = first; path !== undefined; ) {
    if (asked.has(path) || asked.size >= mostPages)
      throw new PagingError('nextLink repeats itself');
    asked.add(path);
    const { data } = page.safeParse(await ask(path));
    if (!data) throw new PagingError('the answer has no "value" list');
    for (const row of data.value) {
      const { id = '', manager } = user.safeParse(row).data ?? {};
      if (manager && people.has(id.toLowerCase())) {
        teams.set(manager.id, (teams.get(manager.id) ?? 0) + 1);
      }
    }
    read += data.value.length;
    progress(read);
    const { '@odata.nextLink': link } = data;
    path = link ? nextPath(link, origin) : undefined;
  }
  return [...teams.values()];
}
