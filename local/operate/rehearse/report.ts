import type { Notification } from '../../../functions/ledger/notification.ts';
import type { Rehearsal, RehearsedMail } from './rehearse.ts';
import { type Remark, remarksOn } from './remarks.ts';
import { placeholderSender } from './settings.ts';

/** How many of what, most first. */
export type Counts = readonly { readonly what: string; readonly count: number }[];

/** What came of a rehearsal: numbers and Microsoft's own words, no names, no addresses. */
export interface Report {
  readonly period: { readonly from: string; readonly to: string; readonly firstRow: string | null };
  /** `meaningless`: rows of "Update user" and the like that show no change of a method. */
  readonly rows: {
    readonly read: number;
    readonly unparsable: number;
    readonly meaningless: number;
  };
  readonly activities: Counts;
  /** Changes that would have been told, by method and action. */
  readonly changes: Counts;
  readonly mails: number;
  /** Rows that say again what another one says. */
  readonly mergedRows: number;
  /** Mails that a setting or a rule kept back, by why. */
  readonly suppressed: Counts;
  /** Rows that lead to no mail, by why. */
  readonly untoldRows: Counts;
  readonly undeliverable: Counts;
  readonly failed: Counts;
  /** Every day of the period, mails or none. */
  readonly days: readonly { readonly day: string; readonly mails: number }[];
  readonly busiest: {
    readonly minute: string | null;
    readonly mails: number;
    readonly perMinute: number;
    readonly senders: number;
    readonly longestWaitSeconds: number;
  };
  readonly recipients: {
    readonly user: number;
    readonly managerOnly: number;
    readonly securityOnly: number;
    readonly managerInCopy: number;
    readonly securityInCopy: number;
    readonly managers: number;
  };
  /** Each way in which somebody was told, in the ledger's words. */
  readonly outcomes: Counts;
  readonly languages: Counts;
  /** Bulk changes that the guard noticed: how many users each. */
  readonly bulk: readonly { readonly hour: string; readonly users: number }[];
  readonly unknown: Rehearsal['played']['unknown'];
  /** People with a change, where only some are told; null where everybody is. */
  readonly pilot: { readonly told: number; readonly notTold: number } | null;
  readonly denied: readonly string[];
  readonly remarks: readonly Remark[];
}

/** Counts everything. Pure. */
export function reportOn(rehearsal: Rehearsal): Report {
  const { from, to, config, log, played, mails, denied } = rehearsal;
  const { audits, notifications } = played;
  const ended = (state: Notification['state']) =>
    notifications.filter((one) => one.state === state).map(({ outcome = '' }) => outcome);
  const sent = notifications.filter(({ state }) => state === 'sent');
  const changes = sent.flatMap((row) => (row.summary ? [] : row.changes));
  const outcomes = ended('sent');
  const told = (pattern: RegExp) => outcomes.filter((outcome) => pattern.test(outcome)).length;
  const counts = {
    period: {
      from: from.toISOString(),
      to: to.toISOString(),
      firstRow: log.firstRow ?? null,
    },
    rows: {
      read: sum(log.activities.values()) + log.unparsable.length,
      unparsable: log.unparsable.length,
      meaningless: log.unrelated,
    },
    activities: ordered(log.activities),
    changes: tally(changes.map(({ method, action }) => `${method} ${action}`)),
    mails: mails.length,
    mergedRows: audits.filter(({ verdict }) => verdict === 'merged').length,
    suppressed: tally(ended('suppressed')),
    untoldRows: tally(
      audits.flatMap(({ verdict, why }) =>
        verdict === 'suppressed' || verdict === 'noise' ? why : [],
      ),
    ),
    undeliverable: tally(ended('undeliverable')),
    failed: tally(ended('failed')),
    days: daily(mails, from, to),
    busiest: {
      ...busiest(mails),
      perMinute: config.SENDER_MAILBOXES.length * config.SEND_RATE_PER_MINUTE,
      senders:
        config.SENDER_MAILBOXES[0] === placeholderSender ? 0 : config.SENDER_MAILBOXES.length,
    },
    recipients: {
      user: told(/^user told/),
      managerOnly: told(/manager told instead/),
      securityOnly: told(/security team told/),
      managerInCopy: told(/; manager in copy/),
      securityInCopy: told(/; security team in copy/),
      managers: new Set(
        mails.flatMap(({ row, to, copies }) =>
          row.outcome?.includes('; manager in copy')
            ? (copies[0] ?? [])
            : row.outcome?.includes('manager told instead')
              ? (to[0] ?? [])
              : [],
        ),
      ).size,
    },
    outcomes: tally(outcomes),
    languages: tally(mails.map(({ language }) => language)),
    bulk: notifications.flatMap(({ summary, key }) =>
      summary ? [{ hour: `${key.slice(0, 13)}:00Z`, users: summary.users }] : [],
    ),
    unknown: [...played.unknown].sort((one, other) => other.rows - one.rows),
    pilot: pilotOf(rehearsal),
    denied,
  };
  return { ...counts, remarks: remarksOn(counts) };
}

const sum = (numbers: Iterable<number>) => [...numbers].reduce((all, one) => all + one, 0);

const ordered = (counts: ReadonlyMap<string, number>): Counts =>
  [...counts]
    .map(([what, count]) => ({ what, count }))
    .sort((one, other) => other.count - one.count || (one.what < other.what ? -1 : 1));

const tally = (words: readonly string[]): Counts =>
  ordered(
    new Map([...Map.groupBy(words, (word) => word)].map(([word, { length }]) => [word, length])),
  );

const dayMs = 24 * 3_600_000;

function daily(mails: readonly RehearsedMail[], from: Date, to: Date): Report['days'] {
  const byDay = new Map<string, number>();
  const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);
  const last = Math.max(to.getTime(), ...mails.slice(-1).map(({ at }) => at.getTime()));
  for (let time = Date.parse(dayOf(from.getTime())); time <= last; time += dayMs) {
    byDay.set(dayOf(time), 0);
  }
  for (const { at } of mails) {
    const day = dayOf(at.getTime());
    byDay.set(day, (byDay.get(day) ?? 0) + 1);
  }
  return [...byDay].map(([day, count]) => ({ day, mails: count }));
}

/** The minute in which most mails were found, whenever they could be sent. */
function busiest(mails: readonly RehearsedMail[]) {
  const [most] = tally(mails.map(({ row }) => `${row.recordedAt.slice(0, 16)}Z`));
  const waits = mails.map(({ row, at }) => (at.getTime() - Date.parse(row.recordedAt)) / 1000);
  return {
    minute: most?.what ?? null,
    mails: most?.count ?? 0,
    longestWaitSeconds: Math.round(waits.reduce((longest, one) => Math.max(longest, one), 0)),
  };
}

function pilotOf({ config, played: { notifications } }: Rehearsal): Report['pilot'] {
  if (config.INCLUDED_USERS.length + config.INCLUDED_GROUPS.length === 0) return null;
  const people = (rows: readonly Notification[]) =>
    new Set(rows.map(({ target }) => target.id ?? target.userPrincipalName?.toLowerCase())).size;
  const left = notifications.filter(({ outcome }) => outcome?.startsWith('not in the pilot'));
  const told = notifications.filter(({ state, summary }) => state === 'sent' && !summary);
  return { told: people(told), notTold: people(left) };
}
