import { type Config, groupsOf } from '../../functions/config/config.ts';
import type { Graph } from '../../functions/graph/client.ts';
import { GraphFailure } from '../../functions/graph/failure.ts';
import { peopleDirectory } from '../../functions/people/directory.ts';
import type { LogRead } from './readLog.ts';

/** Requests at once: Graph bears far more, and mails would otherwise wait for one after the other. */
const atOnce = 8;

/**
 * Looks up everybody whom changes are about, ahead of their mails: a door that remembers has their
 * answers then. Throws what the door throws.
 */
export async function meetPeople(
  log: LogRead,
  door: Graph,
  config: Config,
  progress: (met: number, all: number) => void,
): Promise<void> {
  const directory = peopleDirectory(door, () => new Date(0), groupsOf(config));
  const changes = [...log.rows.watched, ...log.rows.updateUser].flatMap(({ verdict }) =>
    verdict.kind === 'change' ? verdict.changes.filter(({ held }) => !held) : [],
  );
  const targets = [
    ...new Map(
      changes.map(({ target }) => [target.id ?? target.userPrincipalName?.toLowerCase(), target]),
    ).values(),
  ];
  let next = 0;
  const work = async () => {
    for (let target = targets[next++]; target; target = targets[next++]) {
      await directory.find(target).catch(leaveToTheMail);
      progress(next, targets.length);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** What is wrong with one person is met again, and said, when their mail is made. */
function leaveToTheMail(failure: unknown): void {
  if (!(failure instanceof GraphFailure)) throw failure;
}
