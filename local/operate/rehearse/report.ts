import type { Notification } from '../../../functions/ledger/notification.ts';
import { type ActivityCounts, countRows, englishOf } from './activities.ts';
import { type Counts, type Load, loadOf, ordered, peopleIn, tally } from './counts.ts';
import type { Rehearsal, RehearsedMail } from './rehearse.ts';
import { type Remark, remarksOn } from './remarks.ts';
import { placeholderSender } from './settings.ts';

/**
 * What came of a rehearsal: numbers and Microsoft's own words, no names, no addresses. `--json` prints
 * it as it is: what is here stays, and what is added is new.
 */
export interface Report {
  readonly version: 1;
  readonly period: { readonly from: string; readonly to: string; readonly firstRow: string | null };
  /** read = told + merged + notTold. */
  readonly rows: {
    readonly read: number;
    readonly told: number;
    readonly merged: number;
    readonly notTold: number;
    readonly unparsable: number;
  };
  readonly activities: readonly ActivityCounts[];
  readonly notToldRows: Counts;
  /** Changes that are told, by action and method. */
  readonly changes: readonly {
    readonly action: string;
    readonly method: string;
    readonly what: string;
    readonly told: number;
  }[];
  readonly mails: {
    readonly sent: number;
    /** Somebody else acted, or it is a Temporary Access Pass, or unknown: told before all others. */
    readonly urgent: number;
    /** Whom they are about. */
    readonly people: number;
    readonly toUser: number;
    readonly toManagerOnly: number;
    readonly toSecurityOnly: number;
    readonly managerInCopy: number;
    readonly securityInCopy: number;
    /** Different managers who get any. */
    readonly managers: number;
    /** Each way in which somebody was told, in the ledger's words. */
    readonly outcomes: Counts;
    readonly languages: Counts;
  };
  /** Mails that came to nothing. */
  readonly notTold: readonly {
    readonly state: string;
    readonly why: string;
    readonly mails: number;
    readonly people: number;
  }[];
  readonly load: Load & {
    /** Null: no sender is set yet, and one is assumed. */
    readonly senders: number | null;
    readonly mostPerMinute: number;
  };
  /** Bulk changes that the guard noticed: how many users when it did. */
  readonly bulk: readonly { readonly hour: string; readonly users: number; readonly by: string }[];
  readonly unknown: Rehearsal['played']['unknown'];
  /** People with a change, where only some are told; null where everybody is. */
  readonly pilot: { readonly told: number; readonly notTold: number } | null;
  /** Optional permissions that were refused. */
  readonly denied: readonly string[];
  readonly remarks: readonly Remark[];
}

/** Counts everything. Pure. */
export function reportOn(rehearsal: Rehearsal): Report {
  const { from, to, config, log, played, mails, denied } = rehearsal;
  const rows = countRows(rehearsal);
  const all = (count: 'rows' | 'told' | 'merged') =>
    rows.activities.reduce((sum, one) => sum + one[count], 0);
  const [read, told, merged] = [all('rows') + log.unparsable.length, all('told'), all('merged')];
  const isSet = config.SENDER_MAILBOXES[0] !== placeholderSender;
  const counts: Omit<Report, 'remarks'> = {
    version: 1,
    period: { from: from.toISOString(), to: to.toISOString(), firstRow: log.firstRow ?? null },
    rows: {
      read,
      told,
      merged,
      notTold: read - told - merged,
      unparsable: log.unparsable.length,
    },
    activities: rows.activities,
    notToldRows: rows.notTold,
    changes: changesTold(mails),
    mails: countMails(mails),
    notTold: countNotTold(played.notifications),
    load: {
      ...loadOf(mails, from, to),
      senders: isSet ? config.SENDER_MAILBOXES.length : null,
      mostPerMinute: config.SENDER_MAILBOXES.length * config.SEND_RATE_PER_MINUTE,
    },
    bulk: played.notifications.flatMap(({ summary, key, changes }) => {
      const by = changes[0]?.initiator.kind ?? 'unknown';
      return summary ? [{ hour: `${key.slice(0, 13)}:00Z`, users: summary.users, by }] : [];
    }),
    unknown: [...played.unknown].sort((one, other) => other.rows - one.rows),
    pilot: pilotOf(rehearsal),
    denied,
  };
  return { ...counts, remarks: remarksOn(counts) };
}

function changesTold(mails: readonly RehearsedMail[]): Report['changes'] {
  const changes = mails.flatMap(({ row }) => (row.summary ? [] : row.changes));
  const kinds = new Map(changes.map((change) => [`${change.action} ${change.method}`, change]));
  const counted = tally(changes.map(({ action, method }) => `${action} ${method}`));
  return counted.flatMap(({ what: kind, count: told }) => {
    const of = kinds.get(kind);
    return of ? [{ action: of.action, method: of.method, what: englishOf(of), told }] : [];
  });
}

function countMails(mails: readonly RehearsedMail[]): Report['mails'] {
  const outcomes = mails.map(({ row }) => row.outcome ?? '');
  const told = (pattern: RegExp) => outcomes.filter((outcome) => pattern.test(outcome)).length;
  const managers = mails.flatMap(({ row: { outcome = '' }, to, copies }) =>
    managerInCopy.test(outcome) ? (copies[0] ?? []) : managerOnly.test(outcome) ? to : [],
  );
  return {
    sent: mails.length,
    urgent: mails.filter(({ row }) => row.urgent).length,
    people: peopleIn(mails.flatMap(({ row }) => (row.summary ? [] : row))),
    toUser: told(/^user told/),
    toManagerOnly: told(managerOnly),
    toSecurityOnly: told(/security team told/),
    managerInCopy: told(managerInCopy),
    securityInCopy: told(/; security team in copy/),
    managers: new Set(managers).size,
    outcomes: tally(outcomes),
    languages: tally(mails.map(({ language }) => language)),
  };
}

// The words of functions/people/recipients.ts.
const managerInCopy = /; manager in copy/;
const managerOnly = /manager told instead/;

function countNotTold(notifications: readonly Notification[]): Report['notTold'] {
  const left = notifications.filter(({ state }) => state !== 'sent');
  const groups = Map.groupBy(left, ({ state, outcome = '' }) => `${state} ${outcome}`);
  const sizes = new Map([...groups].map(([group, { length }]) => [group, length]));
  return ordered(sizes).flatMap(({ what: group, count: mails }) => {
    const rows = groups.get(group) ?? [];
    const [first] = rows;
    if (!first) return [];
    return [{ state: first.state, why: first.outcome ?? '', mails, people: peopleIn(rows) }];
  });
}

function pilotOf({ config, played: { notifications } }: Rehearsal): Report['pilot'] {
  if (config.INCLUDED_USERS.length + config.INCLUDED_GROUPS.length === 0) return null;
  const left = notifications.filter(({ outcome }) => outcome?.startsWith('not in the pilot'));
  const told = notifications.filter(({ state, summary }) => state === 'sent' && !summary);
  return { told: peopleIn(told), notTold: peopleIn(left) };
}
