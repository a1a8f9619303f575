import * as z from 'zod';
import { nextPath, PagingError } from '../../../functions/audit/pages.ts';
import type { Config } from '../../../functions/config/config.ts';
import { otherAddresses } from '../../../functions/people/otherAddresses.ts';
import type { Ask } from '../../inventory/asker.ts';

/** Graph gives no more a page where managers are expanded. Source: its known issue 13635. */
const first = '/users?$select=id,mail,otherMails&$expand=manager($select=id)&$top=100';
/** A million people have ten thousand. */
const mostPages = 100_000;

const page = z.object({
  value: z.array(z.unknown()),
  '@odata.nextLink': z.string().nullish(),
});
const user = z.object({
  id: z.string(),
  mail: z.string().nullish(),
  otherMails: z.array(z.string()).nullish(),
  manager: z.object({ id: z.string() }).nullish(),
});

/** What the directory tells of people who register. */
export interface Teams {
  /** For each manager, how many of them. */
  readonly sizes: readonly number[];
  /** Their other addresses that a registration is mailed to as well: each is a mail of its own. */
  readonly otherAddresses: number;
}

/**
 * How many of these people each manager has, and how many of their other addresses get mails, `when` the settings
 * say so. What Graph can't say of somebody is left out. Throws `GraphFailure`, and `PagingError` where an answer
 * is no page.
 */
export async function readTeams(
  people: ReadonlySet<string>,
  when: Config['NOTIFY_OTHER_MAILS'],
  ask: Ask,
  origin: string,
  progress: (read: number) => void,
): Promise<Teams> {
  const teams = new Map<string, number>();
  let others = 0;
  const asked = new Set<string>();
  let read = 0;
  for (let path: string | undefined = first; path !== undefined; ) {
    if (asked.has(path) || asked.size >= mostPages)
      throw new PagingError('nextLink repeats itself');
    asked.add(path);
    const { data } = page.safeParse(await ask(path));
    if (!data) throw new PagingError('the answer has no "value" list');
    for (const row of data.value) {
      const { data: one } = user.safeParse(row);
      if (!one || !people.has(one.id.toLowerCase())) continue;
      if (one.manager) teams.set(one.manager.id, (teams.get(one.manager.id) ?? 0) + 1);
      // To register one's own passkey is not risky: else only who has no mailbox is written to elsewhere.
      const isWanted = when === 'always' || (when !== 'never' && !one.mail);
      if (isWanted) others += otherAddresses(one, [], new Date(0)).length;
    }
    read += data.value.length;
    progress(read);
    const { '@odata.nextLink': link } = data;
    path = link ? nextPath(link, origin) : undefined;
  }
  return { sizes: [...teams.values()], otherAddresses: others };
}
