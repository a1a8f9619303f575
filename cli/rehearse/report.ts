import type { Notification } from '../../functions/ledger/notification.ts';
import type { Cause, Reason } from '../../functions/ledger/reason.ts';
import { sentence } from '../../functions/ledger/sentence.ts';
import { countRows, englishOf } from './activities.ts';
import { loadOf, ordered, peopleIn, tally } from './counts.ts';
import type { Rehearsal, RehearsedMail } from './rehearse.ts';
import { remarksOn } from './remarks.ts';
import type { Report } from './reportShape.ts';
import { placeholderSender } from './settings.ts';
import type { WavePeople } from './wave/people.ts';
import { waveReport } from './wave/wave.ts';

/** Counts everything. `wave`: who has phones only, or why nobody could look. Pure. */
export function reportOn(rehearsal: Rehearsal, wave?: WavePeople | string): Report {
  const { from, to, config, log, played, mails, denied } = rehearsal;
  const rows = countRows(rehearsal);
  const all = (count: 'rows' | 'told' | 'merged') =>
    rows.activities.reduce((sum, one) => sum + one[count], 0);
  const [read, told, merged] = [all('rows') + log.unparsable.length, all('told'), all('merged')];
  const isSet = config.SENDER_MAILBOXES[0] !== placeholderSender;
  const load = loadOf(mails, from, to);
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
    leftOutRows: rows.leftOut,
    changes: changesTold(mails),
    mails: countMails(mails),
    notTold: countNotTold(played.notifications),
    load: {
      ...load,
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
    wave:
      wave === undefined
        ? null
        : waveReport(wave, config, { ...load, from: logBegins(from, log.firstRow) }, to),
  };
  return { ...counts, remarks: remarksOn(counts) };
}

const dayMs = 24 * 3_600_000;

/** From when on there is a log: a day without rows may be a quiet one, several are what Entra did not keep. */
function logBegins(from: Date, firstRow: string | undefined): Date {
  const first = Date.parse(firstRow ?? '');
  return first - from.getTime() > dayMs ? new Date(Math.floor(first / dayMs) * dayMs) : from;
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
  const outcomes = mails.flatMap(({ row }) => row.outcome ?? []);
  const told = (...reasons: Reason[]) =>
    outcomes.filter(({ reason }) => reasons.includes(reason)).length;
  const managers = mails.flatMap(({ row: { outcome }, to, copies }) =>
    hasManagerInCopy(outcome) ? (copies[0] ?? []) : outcome?.reason === 'managerTold' ? to : [],
  );
  return {
    sent: mails.length,
    urgent: mails.filter(({ row }) => row.urgent).length,
    people: peopleIn(mails.flatMap(({ row }) => (row.summary ? [] : row))),
    toUser: told('userTold'),
    toManagerOnly: told('managerTold'),
    toSecurityOnly: told('securityTold', 'securityToldLater', 'securityToldOfBulk'),
    managerInCopy: outcomes.filter(hasManagerInCopy).length,
    securityInCopy: outcomes.filter(({ team }) => team === 'inCopy').length,
    managers: new Set(managers).size,
    outcomes: tally(outcomes.map(sentence)),
    languages: tally(mails.map(({ language }) => language)),
  };
}

const hasManagerInCopy = (outcome: Cause | undefined) => outcome?.manager === 'inCopy';

function countNotTold(notifications: readonly Notification[]): Report['notTold'] {
  const left = notifications.filter(({ state }) => state !== 'sent');
  const groups = Map.groupBy(left, ({ state, outcome }) => `${state} ${sentence(outcome)}`);
  const sizes = new Map([...groups].map(([group, { length }]) => [group, length]));
  return ordered(sizes).flatMap(({ what: group, count: mails }) => {
    const rows = groups.get(group) ?? [];
    const [first] = rows;
    if (!first) return [];
    const { state, outcome } = first;
    const reason = outcome?.reason ?? null;
    return [{ state, reason, why: sentence(outcome), mails, people: peopleIn(rows) }];
  });
}

function pilotOf({ config, played: { notifications } }: Rehearsal): Report['pilot'] {
  if (config.INCLUDED_USERS.length + config.INCLUDED_GROUPS.length === 0) return null;
  const left = notifications.filter(({ outcome }) => outcome?.reason === 'notInPilot');
  const told = notifications.filter(({ state, summary }) => state === 'sent' && !summary);
  return { told: peopleIn(told), notTold: peopleIn(left) };
}
