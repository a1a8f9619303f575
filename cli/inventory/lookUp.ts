import { userPath } from '../../functions/graph/client.ts';
import { GraphFailure } from '../../functions/graph/failure.ts';
import type { Clock } from '../../functions/log.ts';
import { Impossible } from '../command.ts';
import type { Progress } from '../progress.ts';
import { span } from '../span.ts';
import { type Ask, requestMs } from './asker.ts';
import type { Journal } from './journal.ts';
import { isPasskey } from './kinds.ts';
import { readMethods } from './methods.ts';
import type { Look, Person } from './person.ts';

/** What is asked of each person: nothing, their passkeys if they have any, or all their methods. */
export type Details = 'none' | 'passkeys' | 'all';

interface Looking {
  readonly ask: Ask;
  readonly journal: Journal;
  readonly now: Clock;
  readonly lastUsed: boolean;
  readonly progress: Progress['say'];
}

/** Refusals in a row, before the first answer, that mean that nobody may be looked at. */
const refusals = 3;
/** Failures in a row that mean that Graph is not there. */
const failures = 5;

/** Who is to be looked at, administrators first: whoever stops it has had the most of it. Pure. */
export function whoToLookAt(people: readonly Person[], details: Details): Person[] {
  const wanted = people.filter(
    ({ kinds }) => details === 'all' || (details === 'passkeys' && kinds.some(isPasskey)),
  );
  return wanted.toSorted((one, other) => Number(other.isAdmin) - Number(one.isAdmin));
}

/** What it takes, before it is begun. Pure. */
export function estimate(people: number, details: Details, isKept: boolean): string {
  const whom =
    details === 'all'
      ? `${people} people`
      : `${people} ${people === 1 ? 'person has' : 'people have'} passkeys`;
  const stops = isKept
    ? 'Ctrl-C stops it; the same command goes on'
    : 'Stopped, it begins anew: --resume FILE would let it go on';
  return `${whom}: a request each, 5 in 10 seconds, takes ${span(people * requestMs)}. ${stops}.`;
}

/** Looks at each of them, once. Throws `Impossible` where Graph is not there any more. */
export async function lookUp(
  people: readonly Person[],
  details: Exclude<Details, 'none'>,
  looking: Looking,
): Promise<void> {
  const { journal, progress } = looking;
  const left = people.filter(({ id }) => !journal.read.looks.has(id));
  const isAnswered = [...journal.read.looks.values()].some((look) => 'methods' in look);
  let answers = isAnswered ? 1 : 0;
  let denied = 0;
  let failed = 0;
  for (const [index, { id }] of left.entries()) {
    const done = people.length - left.length + index;
    const rest = span((left.length - index) * requestMs);
    progress(
      `Passkeys and methods: ${done} of ${people.length} people, ${rest} left`,
      done / people.length,
    );
    const look = await lookAt(id, details, looking);
    if ('methods' in look) answers += 1;
    denied = look.found === 'denied' ? denied + 1 : 0;
    failed = look.found === 'failed' ? failed + 1 : 0;
    if (answers === 0 && denied >= refusals) return denyRest(people, journal);
    if (failed >= failures) {
      throw new Impossible(
        'Graph does not answer any more. Try again later; with --resume it goes on where it was',
      );
    }
    // What failed, and what was refused, may be asked again another time.
    if ('methods' in look || look.found === 'gone') journal.write({ id, look });
    else journal.read.looks.set(id, look);
  }
}

const denyRest = (people: readonly Person[], { read }: Journal): void => {
  for (const { id } of people) read.looks.set(id, { found: 'denied' });
};

async function lookAt(
  id: string,
  details: Exclude<Details, 'none'>,
  { ask, now, lastUsed }: Looking,
): Promise<Look> {
  const collection = details === 'all' ? 'methods' : 'fido2Methods';
  try {
    const path = `${userPath(id)}/authentication/${collection}`;
    const methods = readMethods(await ask(path, lastUsed ? 'beta' : 'v1.0'), details);
    return methods ? { found: details, at: now().toISOString(), methods } : { found: 'failed' };
  } catch (failure) {
    if (!(failure instanceof GraphFailure)) throw failure;
    if (failure.kind === 'token') {
      throw new Impossible(
        'Nobody is signed in any more. Run "az login"; with --resume it goes on where it was',
      );
    }
    if (failure.kind === 'denied') return { found: 'denied' };
    return { found: failure.kind === 'notFound' ? 'gone' : 'failed' };
  }
}
