import * as z from 'zod';
import { nextPath } from '../../functions/audit/pages.ts';
import { segment, userPath } from '../../functions/graph/client.ts';
import { GraphFailure } from '../../functions/graph/failure.ts';
import { Impossible, UsageError } from '../command.ts';
import type { Ask } from './asker.ts';

/** Whose methods are asked for. Empty: everybody's. */
export interface Whose {
  /** Object ids or user principal names. */
  readonly users: readonly string[];
  /** Object ids. */
  readonly groups: readonly string[];
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const isGroupId = (text: string): boolean => guid.test(text);
export const isUser = (text: string): boolean => guid.test(text) || /^[^\s@]+@[^\s@]+$/.test(text);

const someone = z.object({ id: z.string() });
const members = z.object({
  value: z.array(z.object({ '@odata.type': z.string().nullish(), id: z.string() })),
  '@odata.nextLink': z.string().nullish(),
});

/**
 * Object ids of the named users, and of those who belong to the named groups, directly or not; undefined for
 * everybody. Throws `UsageError` for who is not there, `Impossible` where pages lead round in a circle, and
 * `GraphFailure`.
 */
export async function idsOf(
  { users, groups }: Whose,
  ask: Ask,
  origin: string,
): Promise<string[] | undefined> {
  if (users.length + groups.length === 0) return undefined;
  const ids = new Set<string>();
  for (const user of users) {
    const path = `${userPath(user)}?$select=id`;
    const found = someone.parse(await present(ask(path), `There is no user ${user}`));
    ids.add(found.id.toLowerCase());
  }
  for (const group of groups) {
    const first = `/groups/${segment(group)}/transitiveMembers?$select=id&$top=999`;
    const asked = new Set<string>();
    for (let path: string | undefined = first; path; ) {
      if (asked.has(path)) {
        throw new Impossible(
          `The members of the group ${group} can't be read to their end. Try again`,
        );
      }
      asked.add(path);
      const missing = `There is no group ${group}: give its object id`;
      const page: z.output<typeof members> = members.parse(await present(ask(path), missing));
      for (const { '@odata.type': type, id } of page.value) {
        if (type === '#microsoft.graph.user') ids.add(id.toLowerCase());
      }
      const next: string | null | undefined = page['@odata.nextLink'];
      path = next ? nextPath(next, origin) : undefined;
    }
  }
  return [...ids].sort();
}

async function present(answer: Promise<unknown>, missing: string): Promise<unknown> {
  try {
    return await answer;
  } catch (failure) {
    const isMissing =
      failure instanceof GraphFailure &&
      (failure.kind === 'notFound' || failure.kind === 'invalid');
    throw isMissing ? new UsageError(missing) : failure;
  }
}
