import type { Log } from '../log.ts';
import { finish, type Outcome } from './finish.ts';
import type { Kinds } from './kinds.ts';
import { type CoverageRoom, Look } from './look.ts';
import type { People } from './people.ts';
import { appeared, type Person, ripe, vanished } from './person.ts';
import { dueProgress, longestMs, type Progress, standsBack } from './progress.ts';
import { type GivenUp, walk } from './walk.ts';

/** So many people an event names; `npm run ledger -- gaps` lists all. */
const mostNamed = 20;

/** Looks of one process, one after the other. */
export class CoverageCheck {
  /** What was read of the register, good as long as nobody else has written its state. */
  #kept: { readonly etag: string; readonly people: People } | undefined;

  /**
   * Goes on with the look at the report that is due, if any is and nothing else has to come first. Throws
   * what storage throws; what Graph refuses is said, and tried again.
   */
  async run(room: CoverageRoom): Promise<void> {
    const { register, ledger, now, log } = room;
    const stored = await register.readState();
    const progress = dueProgress(stored?.value.progress, room.everyHours, now());
    if (!progress || standsBack(await ledger.readState(), now(), room.nextPoll)) return;
    const isNew = progress !== stored?.value.progress;
    const before = stored?.value ?? { pending: [], learned: [], numbers: 0, seen: '' };
    const people =
      this.#kept?.etag === stored?.etag && this.#kept
        ? this.#kept.people
        : await register.load(before);
    this.#kept = undefined;
    const state = { ...before, progress, ...(isNew && { seen: '' }) };
    const look = new Look(room, people, state, stored?.etag);
    if (now().getTime() - Date.parse(progress.at) > longestMs) {
      await giveUp(look, { reason: 'slow' }, log);
      return;
    }
    const end = await walk(look, room);
    if (end) await giveUp(look, end, log);
    else if (look.progress.next === undefined) await conclude(look, room);
    else if (look.etag !== undefined) this.#kept = { etag: look.etag, people };
  }
}

async function giveUp(look: Look, end: GivenUp, log: Log): Promise<void> {
  look.progress = { ...look.progress, done: true };
  await look.save(true);
  unread(log, end, look.progress);
}

/** "Could not look" is no "no gap": it is said once a look. Where it never worked, the licence is missing, most likely. */
function unread(log: Log, { reason, status, code }: GivenUp, { pages, before }: Progress): void {
  const worked = before !== undefined;
  const level = worked ? 'warn' : 'info';
  log(level, 'coverage.unread', { reason, status, code, pages, worked });
}

async function conclude(look: Look, room: CoverageRoom): Promise<void> {
  const { log, now } = room;
  const outcome = await finish(look, room);
  if (!outcome.ended) {
    await look.save();
    return;
  }
  const { progress } = look;
  const { at, before } = progress;
  const last = !outcome.half && { before: at, madeBefore: progress.made ?? at };
  look.progress = { ...progress, done: true, ...last };
  const { gaps, doubtful, half, ended: _, ...counts } = outcome;
  // Before it is noted: what fails in between says it twice, rather than never.
  if (doubtful) {
    const { unexplained, people } = counts;
    log('error', 'coverage.doubtful', { unexplained, people, at, before });
  }
  if (gaps.length > 0) sayGaps(gaps, look.kinds, log);
  await look.save(true);
  if (half) {
    unread(log, { reason: 'half' }, look.progress);
    return;
  }
  const { pages, written, transactions, unreadable } = look.progress;
  const minutes = Math.round((now().getTime() - Date.parse(at)) / 60_000);
  log(
    'info',
    'coverage.checked',
    { ...counts, first: before === undefined, pages, unreadable, written, transactions, minutes },
    { 'coverage.people': counts.people, 'coverage.gaps': gaps.length },
  );
}

function sayGaps(gaps: Outcome['gaps'], kinds: Kinds, log: Log): void {
  const shown = gaps.slice(0, mostNamed).map(([id, person]) => {
    const { since = '' } = person;
    return `${id} ${changesOf(person, kinds, ripe(person))} since ${since.slice(0, 10)}`;
  });
  const all = gaps.map(([, { after }]) => after ?? '').sort();
  log('error', 'coverage.gap', { people: gaps.length, users: shown.join(', '), after: all[0] });
}

/** Kinds that appeared and vanished, as `+phone -email`; of `of`, where not all of them count. */
export function changesOf(person: Person, kinds: Kinds, of: number = person.open): string {
  const plus = kinds.words(appeared(person) & of).map((word) => `+${word}`);
  const minus = kinds.words(vanished(person) & of).map((word) => `-${word}`);
  return [...plus, ...minus].join(' ');
}
