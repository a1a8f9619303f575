import type { TokenCredential } from '@azure/identity';
import type { Environment } from '../../functions/config/config.ts';
import type { Clock, Wait } from '../../functions/log.ts';
import type { OwnNames } from '../../functions/passkeys/claim.ts';
import type { Progress } from '../progress.ts';
import { rehearsalConfig } from '../rehearse/settings.ts';
import { signedInGraph } from '../signedInGraph.ts';
import { patientAsker } from './asker.ts';
import { type Assessed, assess, byUrgency } from './assess.ts';
import { type Journal, openJournal } from './journal.ts';
import { type Details, estimate, lookUp, whoToLookAt } from './lookUp.ts';
import { withLook } from './methods.ts';
import { readReport } from './readReport.ts';
import { idsOf, type Whose } from './whose.ts';

/** What is wanted. `resume`: a file that keeps what was read. */
export interface Wanted extends Whose {
  readonly details: Details;
  readonly lastUsed: boolean;
  readonly resume?: string | undefined;
}

/** Who takes it, and on which clock. `say` is for whole lines beside the result. */
export interface Taker {
  readonly credential: TokenCredential;
  readonly now: Clock;
  readonly wait: Wait;
  readonly progress: Progress['say'];
  readonly say: (line: string) => void;
}

/** Everything that was read, and what is to be thought of it. Administrators and the gravest first. */
export interface Inventory {
  readonly from: Date;
  readonly to: Date;
  readonly wanted: Wanted;
  readonly people: readonly Assessed[];
  /** Rows of the report that are of no known shape. */
  readonly unreadable: number;
  /** People who were asked for by name or group and are not in the report; undefined for everybody. */
  readonly missing: number | undefined;
  readonly journal: Journal;
}

/** Takes it. Throws `ConfigError`, `UsageError`, `Impossible`, and what signing in throws. */
export async function takeInventory(
  environment: Environment,
  wanted: Wanted,
  { credential, now, wait, progress, say }: Taker,
): Promise<Inventory> {
  const config = rehearsalConfig(environment);
  const ownNames: OwnNames = config.AUTHENTICATOR_NAMES;
  const origin = config.GRAPH_BASE_URL;
  const graph = await signedInGraph(config, credential, now, wait);
  const ask = patientAsker(graph, now, wait);
  const { users, groups, details, lastUsed } = wanted;
  const whose = [...users, ...groups];
  const scope = { origin: origin.origin, whose, details, lastUsed };
  const journal = openJournal(wanted.resume, scope, now());
  const ids = journal.read.ids ?? (await idsOf(wanted, ask, origin.origin));
  if (ids && !journal.read.ids) journal.write({ ids });
  await readReport(ids, { ask, origin: origin.origin, journal, wait, progress });
  const { read } = journal;
  if (details !== 'none') {
    const who = whoToLookAt([...read.people.values()], details);
    const left = who.filter(({ id }) => !read.looks.has(id)).length;
    if (left > 0) say(estimate(left, details, wanted.resume !== undefined));
    await lookUp(who, details, { ask, journal, now, lastUsed, progress });
  }
  const people = [...read.people.values()].map((person) => {
    const look = read.looks.get(person.id);
    return assess(look ? withLook(person, look) : person, ownNames);
  });
  return {
    from: new Date(read.startedAt),
    to: now(),
    wanted,
    people: people.sort(byUrgency),
    unreadable: read.unreadable,
    missing: ids && ids.length - people.length - read.unreadable,
    journal,
  };
}
