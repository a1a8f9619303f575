import * as z from 'zod/mini';
import { type Graph, segment, userPath } from '../graph/client.ts';
import { GraphFailure } from '../graph/failure.ts';
import type { Clock } from '../log.ts';
import type { ChangeTarget } from '../recognise/change.ts';
import type { MailboxZone } from './mailboxZone.ts';
import { ShortLived } from './shortLived.ts';

const text = z.nullish(z.string());

const manager = z.object({
  id: text,
  displayName: text,
  mail: text,
  userPrincipalName: text,
  // Absent on contacts, which can be managers too.
  accountEnabled: z.nullish(z.boolean()),
  preferredLanguage: text,
});

const person = z.extend(manager, {
  id: z.string(),
  otherMails: z.nullish(z.array(z.string())),
  usageLocation: text,
  userType: text,
  manager: z.nullish(manager),
});

/** A user as the directory knows them, with their manager where they have one. Display names are untrusted text. */
export type Person = z.output<typeof person> & {
  /** The zone that their mailbox is set to, IANA, where we may read that. */
  readonly mailboxZone?: string;
  /** Which of the groups that settings name they belong to; absent where none is named. */
  readonly groups?: ReadonlySet<string>;
};

/** Looks people up. Throws `GraphFailure`. */
export interface PeopleDirectory {
  /** The person, or undefined where there is none: deleted, or not there yet. */
  find(target: ChangeTarget): Promise<Person | undefined>;
  /** The person among the deleted, with the manager if Graph still says; undefined if not there. */
  findDeleted(target: ChangeTarget): Promise<Person | undefined>;
}

const select = Object.keys(person.shape).filter((name) => name !== 'manager');
const query = `?$select=${select.join(',')}&$expand=manager($select=${Object.keys(manager.shape).join(',')})`;

/** How long a looked-up person is good for: long enough for a burst, short enough for a move. */
const freshMs = 3 * 60_000;
const mostKept = 2_000;

/**
 * User and manager in one Graph call, and in a second one those of the named groups that they belong to, where any
 * is named; the zone of the mailbox in another, where that is read. Kept in this process for three minutes. By
 * object id; a row without one is looked up by UPN, which must match exactly, so that nobody else is told.
 */
export function peopleDirectory(
  graph: Graph,
  now: Clock,
  groupIds: readonly string[] = [],
  zoneOf: MailboxZone = async () => undefined,
): PeopleDirectory {
  const kept = new ShortLived<Person>({ freshMs, most: mostKept, now });
  return {
    async find({ id, userPrincipalName }) {
      const key = id ?? userPrincipalName?.toLowerCase();
      if (!key) return undefined;
      const known = kept.get(key);
      if (known) return known;
      const user = await look(graph, id ?? userPrincipalName ?? '');
      if (!user || (!id && user.userPrincipalName?.toLowerCase() !== key)) return undefined;
      const groups = groupIds.length > 0 && { groups: await groupsOf(user, graph, groupIds) };
      const zone = user.mail ? await zoneOf(user.id) : undefined;
      const found = { ...user, ...groups, ...(zone && { mailboxZone: zone }) };
      kept.set(key, found);
      return found;
    },
    findDeleted: ({ id }) => lookDeleted(graph, id),
  };
}

const membership = z.object({ value: z.array(z.string().check(z.toLowerCase())) });

/** Transitive. A user who is deleted at this moment is a failure: nobody is taken for a stranger. */
async function groupsOf({ id }: Person, graph: Graph, groupIds: readonly string[]) {
  const path = `${userPath(id)}/checkMemberGroups`;
  const answer = await graph.post(path, { groupIds }, { tries: 2 });
  const parsed = membership.safeParse(answer);
  if (parsed.success) return new Set(parsed.data.value);
  throw new GraphFailure('unknownOutcome', { status: 200, code: 'UnexpectedGroups' });
}

/** Deleted less than 30 days ago. No more than a help: whatever fails, nobody is found. */
async function lookDeleted(graph: Graph, id: string | undefined): Promise<Person | undefined> {
  if (!id) return undefined;
  try {
    const path = `/directory/deletedItems/${segment(id)}/microsoft.graph.user${query}`;
    return person.safeParse(await graph.get(path, { tries: 1 })).data;
  } catch (failure) {
    if (failure instanceof GraphFailure) return undefined;
    throw failure;
  }
}

async function look(graph: Graph, idOrUpn: string): Promise<Person | undefined> {
  try {
    const answer = await graph.get(`${userPath(idOrUpn)}${query}`, { tries: 2 });
    const parsed = person.safeParse(answer);
    if (parsed.success) return parsed.data;
    const field = parsed.error.issues[0]?.path.join('.') ?? '';
    throw new GraphFailure('unknownOutcome', { status: 200, code: `UnexpectedUser:${field}` });
  } catch (failure) {
    if (failure instanceof GraphFailure && failure.kind === 'notFound') return undefined;
    throw failure;
  }
}
