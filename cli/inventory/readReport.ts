import * as z from 'zod';
import { nextPath, PagingError } from '../../functions/audit/pages.ts';
import { GraphFailure } from '../../functions/graph/failure.ts';
import type { Wait } from '../../functions/log.ts';
import { Impossible } from '../command.ts';
import type { Progress } from '../progress.ts';
import type { Ask } from './asker.ts';
import type { Journal } from './journal.ts';
import type { Person } from './person.ts';
import { firstPage, idIn, readRow, rowOf } from './reportPage.ts';

/** The report can't be read: why, and what helps. */
export class NotRead extends Impossible {
  readonly says: string;
  readonly fix: string;

  constructor(why: string, fix: string) {
    const says = `The report of who has registered what can't be read (${why})`;
    super(`${says}.\n${fix}. With --resume it goes on where it was.`);
    this.says = says;
    this.fix = fix;
  }
}

interface Reading {
  readonly ask: Ask;
  readonly origin: string;
  readonly journal: Journal;
  readonly wait: Wait;
  readonly progress: Progress['say'];
}

/** Up to so many people are asked for one by one; for more the whole report is read. */
const mostByName = 100;
/** A million people have 1,002 pages. */
const mostPages = 20_000;

const page = z.object({
  value: z.array(z.unknown()),
  '@odata.nextLink': z.string().nullish(),
});

/**
 * Reads the report on everybody, or on these, going on where the journal ends. Throws `NotRead` where it
 * can't be read to its end: half of it is not an inventory.
 */
export async function readReport(ids: readonly string[] | undefined, given: Reading) {
  const reading = { ...given, ask: insistent(given) };
  try {
    if (ids && ids.length <= mostByName) await readEach(ids, reading);
    else await readPages(ids && new Set(ids), reading);
  } catch (failure) {
    if (failure instanceof PagingError) throw new NotRead(failure.message, 'Try again');
    throw failure instanceof GraphFailure ? unreadable(failure) : failure;
  }
}

/** Times that a refusal is not believed. Graph was seen to deny the report at random, with a licence too. */
const disbelieved = 2;
const disbeliefMs = 10_000;

const insistent =
  ({ ask, wait }: Reading): Ask =>
  async (path) => {
    for (let denied = 0; ; denied += 1) {
      try {
        return await ask(path);
      } catch (failure) {
        const isDenied = failure instanceof GraphFailure && failure.kind === 'denied';
        if (!isDenied || denied >= disbelieved) throw failure;
        await wait(disbeliefMs);
      }
    }
  };

async function readEach(ids: readonly string[], { ask, journal, progress }: Reading) {
  const { read } = journal;
  if (read.next === null) return;
  for (let at = Number(read.next ?? 0); at < ids.length; at += 1) {
    progress(`Report: ${at} of ${ids.length} people`, at / ids.length);
    const row = await ask(rowOf(ids[at] ?? '')).catch(orNobody);
    const person = row === undefined ? undefined : readRow(row);
    journal.write({
      people: person ? [person] : [],
      unreadable: row !== undefined && !person ? 1 : 0,
      next: at + 1 < ids.length ? `${at + 1}` : null,
    });
  }
}

/** Who is disabled, or has come since the report was made, is not in it. */
function orNobody(failure: unknown): undefined {
  if (!(failure instanceof GraphFailure) || failure.kind !== 'notFound') throw failure;
}

async function readPages(only: ReadonlySet<string> | undefined, reading: Reading) {
  const { ask, origin, journal, progress } = reading;
  const { read } = journal;
  const asked = new Set<string>();
  progress(`Report: ${read.people.size} people read`);
  let wasResumed = read.next !== undefined;
  let rows = read.people.size;
  while (read.next !== null) {
    const path = read.next ?? firstPage;
    if (asked.has(path) || asked.size >= mostPages) {
      throw new PagingError('nextLink repeats itself');
    }
    asked.add(path);
    let body: unknown;
    try {
      body = await ask(path);
    } catch (failure) {
      const isStale =
        failure instanceof GraphFailure &&
        (failure.kind === 'invalid' || failure.kind === 'notFound');
      if (!wasResumed || !isStale) throw failure;
      // The link of another day is not good any more: the report is read from its beginning.
      wasResumed = false;
      rows = 0;
      journal.write({ again: true });
      continue;
    }
    wasResumed = false;
    const parsed = page.safeParse(body);
    if (!parsed.success)
      throw new GraphFailure('unknownOutcome', { status: 200, code: 'NoReport' });
    const { value, '@odata.nextLink': link } = parsed.data;
    // Of a row without an id nobody can say that it is of somebody who was asked for.
    const wanted = only ? value.filter((row) => only.has(idIn(row) ?? '')) : value;
    const people = wanted.map(readRow).filter((one): one is Person => one !== undefined);
    rows += value.length;
    journal.write({
      people,
      unreadable: wanted.length - people.length,
      next: link ? nextPath(link, origin) : null,
    });
    progress(`Report: ${rows} people read`);
  }
}

const roles =
  'As yourself you need a role such as Reports Reader, Security Reader or Global Reader; an app needs ' +
  'AuditLog.Read.All. The tenant needs a P1 or P2 licence';

function unreadable({ kind, said }: GraphFailure): NotRead {
  const fix =
    kind === 'token'
      ? 'Nobody is signed in any more: run "az login"'
      : kind === 'denied'
        ? roles
        : 'Try again';
  return new NotRead(said, fix);
}
