import { userPath } from '../graph/client.ts';
import { GraphFailure } from '../graph/failure.ts';
import { dayOf } from '../ledger/keys.ts';
import { explained, graceMs } from './explain.ts';
import { readChanges } from './ledgerChanges.ts';
import type { CoverageRoom, Look } from './look.ts';
import { closed, type Person, untold } from './person.ts';

/** So many names one look asks for, as long as there is time. */
const mostNames = 500;

/** What the ledger said. */
interface Answered {
  /** How many people have fewer questions. */
  readonly count: number;
  /** Those of whom it may say more, by a name that could not be found out. */
  readonly unnamed: ReadonlySet<string>;
}

/** Takes away what the ledger answers, and what was before the app. Throws what storage throws. */
export async function explainAll(
  asked: Map<string, Person>,
  look: Look,
  room: CoverageRoom,
): Promise<Answered> {
  const startedAt = (await room.ledger.readState()).polls.watched?.value.startedAt ?? '';
  const afters = [...asked.values()].map(({ after }) => Date.parse(after ?? look.progress.at));
  const from = dayOf(Math.min(...afters) - graceMs);
  const { byId, byName } = await readChanges(room.ledger, from, new Set(asked.keys()));
  const unnamed = new Set<string>();
  let count = 0;
  let names = 0;
  // The rest is for those whose methods are to be asked for.
  const namesUntil = (room.now().getTime() + look.until) / 2;
  for (const [id, person] of asked) {
    const isEarly = Date.parse(person.after ?? '') < Date.parse(startedAt);
    let name = look.names.get(id);
    const mayAsk = names < mostNames && room.now().getTime() < namesUntil;
    if (name === undefined && byName.size > 0 && mayAsk) {
      names += 1;
      name = await nameOf(id, room);
    }
    const changes = [...(byId.get(id) ?? []), ...((name && byName.get(name.toLowerCase())) || [])];
    const rest = isEarly
      ? closed(person, untold(person))
      : explained(person, changes, look.kinds, look.progress.at);
    if (name === undefined && byName.size > 0) unnamed.add(id);
    if (rest.open !== person.open) count += 1;
    asked.set(id, rest);
  }
  return { count, unnamed };
}

/** Somebody's name in the directory; undefined where it can't be read. */
async function nameOf(id: string, { graph }: CoverageRoom): Promise<string | undefined> {
  try {
    const answer = await graph.get(`${userPath(id)}?$select=id,userPrincipalName`, { tries: 1 });
    const { userPrincipalName } = Object(answer) as { userPrincipalName?: unknown };
    return typeof userPrincipalName === 'string' ? userPrincipalName : undefined;
  } catch (failure) {
    // Who is gone since is in no later report.
    if (failure instanceof GraphFailure) return undefined;
    throw failure;
  }
}
