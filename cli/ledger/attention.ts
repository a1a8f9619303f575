import { isPollLate, type NextPoll } from '../../functions/config/schedule.ts';
import { some } from '../section.ts';
import { span } from '../span.ts';
import type { Counts } from './counts.ts';

/** How far one query has come. */
export interface Reading {
  readonly watch: 'watched' | 'updateUser';
  /** Everything up to here has been read; null before the first poll. */
  readonly readTo: string | null;
  readonly lagSeconds: number | null;
  /** When a poll last read to the present. Written every five minutes while nothing happens. */
  readonly lastCompletePoll: string | null;
  /** The newest row seen. */
  readonly watermark: string | null;
  readonly startedAt: string | null;
}

/** What `status` prints as JSON, but for what needs attention. */
export interface StatusFacts extends Omit<Counts, 'senders'> {
  readonly at: string;
  readonly since: string;
  readonly reading: readonly Reading[];
  readonly chores: {
    readonly day: string;
    readonly done: boolean;
    readonly resumeFrom?: string;
    readonly updateUserFrom?: string;
  } | null;
  readonly senders: readonly {
    readonly mailbox: string;
    readonly sent: number;
    readonly open: number;
    readonly failed: number;
    readonly nextFreeSlot: string | null;
  }[];
}

/** After the poll that should have come: six times as long as an idle app may leave its progress unwritten. */
const lateMs = 30 * 60_000;
const choresMs = 2 * 86_400_000;

/** What needs somebody to act, each with where to go on. Pure. */
export function assess(facts: StatusFacts, nextPoll: NextPoll): string[] {
  const { at, reading, chores, counts, open, unreadable, unparsable } = facts;
  const time = Date.parse(at);
  const found: string[] = [];
  for (const { watch, readTo, lagSeconds } of reading) {
    const what = watch === 'watched' ? 'The audit log' : '"Update user" in the audit log';
    if (lagSeconds === null) {
      found.push(`${what} was never read: does the app run against this storage account?`);
    } else if (readTo !== null && isPollLate(readTo, nextPoll, new Date(at), lateMs)) {
      const behind = `${span(lagSeconds * 1000)} ago (${readTo})`;
      found.push(`${what} was last read to its end ${behind}: look for poll.failed in the log`);
    }
  }
  const started = Date.parse(reading[0]?.startedAt ?? at);
  const last = Math.max(started, Date.parse(chores?.day ?? '1970-01-01'));
  if (time - last > choresMs) {
    const when = chores ? `done on ${chores.day} the last time` : 'never done';
    found.push(`The daily reading was ${when}: look for sweep.failed in the log`);
  }
  if (counts.failed > 0) {
    found.push(
      `${counts.failed} failed, and may have told nobody. See list --state failed for why, then requeue`,
    );
  }
  if (open.overdue > 0) {
    const oldest = open.oldest ? `; the oldest is ${open.oldest.reference}` : '';
    found.push(`${open.overdue} overdue by more than 15 min${oldest}: do the functions run?`);
  }
  if (unreadable > 0) {
    found.push(
      `${unreadable} can't be read by this version of the app: look for ledger.unreadable in the log`,
    );
  }
  if (unparsable.inWindow > 0) {
    const reason = unparsable.latestReason ?? '';
    found.push(
      `${some(unparsable.inWindow, 'row')} of the log could not be parsed, and nobody was told: ${reason}`,
    );
  }
  return found;
}
