import { PagingError } from '../audit/pages.ts';
import { GraphFailure } from '../graph/failure.ts';
import type { CoverageRoom, Look } from './look.ts';
import { fromTheStart, standsBack } from './progress.ts';
import { readPage } from './report.ts';

/** So often, in ms, a run looks whether a poll has fallen behind. */
const glanceMs = 60_000;
/** So many failures one after the other end a look. */
const mostFailures = 6;

/** Why a look came to no end. A code. */
export interface GivenUp {
  readonly reason: string;
  readonly status?: number;
  readonly code?: string;
}

/**
 * Reads pages until the last, the end of the run's time, or a poll that needs the requests. Returns why the
 * look is given up, where it is: a failure is tried again by the next runs. Throws what storage throws.
 */
export async function walk(look: Look, room: CoverageRoom): Promise<GivenUp | undefined> {
  let glanced = room.now().getTime();
  for (;;) {
    const { next } = look.progress;
    if (next === undefined || look.isOver() || !(await look.turn())) break;
    if (room.now().getTime() - glanced >= glanceMs) {
      if (standsBack(await room.ledger.readState(), room.now(), room.nextPoll)) break;
      glanced = room.now().getTime();
    }
    try {
      const page = await readPage(room.graph, next);
      if (look.progress.pages === 0 && isOld(page.made, look.progress.madeBefore)) {
        await look.save();
        return { reason: 'older' };
      }
      const { people: before } = look.progress;
      for (const { id, words, userPrincipalName } of page.people)
        look.meet(id, words, userPrincipalName);
      const isKnown = page.people.length > 0 && look.progress.people === before;
      // Links of Graph's that differ may still lead round in a circle.
      if (isKnown && page.next !== undefined) throw new PagingError('a page brings nobody new');
      look.count({ pages: 1, unreadable: page.unreadable });
      const { next: _, made: known, ...rest } = look.progress;
      const made = newest(known, page.made);
      look.progress = {
        ...rest,
        ...(made !== undefined && { made }),
        ...(page.next !== undefined && { next: page.next }),
        failures: 0,
      };
    } catch (failure) {
      const end = failed(look, failure);
      await look.save();
      return end;
    }
  }
  await look.save();
  return undefined;
}

/** A report from before the one that was looked at last: what it shows is over. */
const isOld = (made: string | undefined, before: string | undefined) =>
  made !== undefined && before !== undefined && made < before;

const newest = (one: string | undefined, other: string | undefined) =>
  one !== undefined && other !== undefined ? (one > other ? one : other) : (one ?? other);

/** What a failure means: again by a later run, from the start, or given up. */
function failed(look: Look, failure: unknown): GivenUp | undefined {
  const isPaging = failure instanceof PagingError;
  if (!isPaging && !(failure instanceof GraphFailure)) throw failure;
  const kind = isPaging ? 'paging' : failure.kind;
  // Others ask for more than there is: nothing is wrong.
  if (kind === 'throttled') return undefined;
  look.count({ failures: 1 });
  const isPlace = kind === 'paging' || kind === 'invalid' || kind === 'notFound';
  if (isPlace && look.progress.restarts === 0) {
    look.progress = fromTheStart(look.progress);
    look.forgetSeen();
    return undefined;
  }
  if (!isPlace && look.progress.failures < mostFailures) return undefined;
  const facts = isPaging ? {} : { status: failure.status, code: failure.code };
  return { reason: kind, ...facts };
}
