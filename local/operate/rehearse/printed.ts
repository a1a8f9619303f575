import { columns } from '../columns.ts';
import type { RehearsedMail } from './rehearse.ts';
import type { Counts, Report } from './report.ts';

/** The report for a terminal. Pure. */
export function printed(report: Report): string {
  const { period, rows, busiest, recipients, pilot } = report;
  const sections: (string | null | undefined)[] = [
    `Who would have been told what: ${minute(period.from)} to ${minute(period.to)} (UTC)\n` +
      'Nothing was sent, and nothing was written.',
    columns([
      ['Rows read', `${rows.read}`],
      ['  not parsable', `${rows.unparsable}`],
      ['  without a change', `${rows.meaningless}`],
      ['  said again', `${report.mergedRows}`],
      ['Mails', `${report.mails}`],
      ['  to the user', `${recipients.user}`],
      ['  to the manager only', `${recipients.managerOnly}`],
      ['  to the security team only', `${recipients.securityOnly}`],
      ['  manager in copy', `${recipients.managerInCopy}`],
      ['  security team in copy', `${recipients.securityInCopy}`],
      ['Managers told', `${recipients.managers}`],
    ]),
    pilot && `Pilot: ${pilot.told} people told, ${pilot.notTold} people with changes not in it`,
    section('Changes told', report.changes),
    section('Kept back', report.suppressed),
    section('Undeliverable', report.undeliverable),
    section('Failed', report.failed),
    section('Rows that lead to no mail', report.untoldRows),
    section('Activities', report.activities),
    `Mails a day\n${bars(report.days)}`,
    busiest.minute
      ? `Busiest minute: ${busiest.mails} mails (${busiest.minute}); ${capacity(busiest)}; the longest ` +
        `wait was ${busiest.longestWaitSeconds} s`
      : undefined,
    section('Languages', report.languages),
    report.bulk.length > 0
      ? `Bulk changes\n${columns(report.bulk.map(({ hour, users }) => [`  ${hour}`, `${users} users when noticed`]))}`
      : undefined,
    section(
      'Unknown activities (MUTED_ACTIVITIES silences one, EXTRA_ACTIVITIES reads one more)',
      report.unknown.map(({ activity, service, rows: count }) => ({
        what: `${activity} [${service}]`,
        count,
      })),
    ),
    report.remarks.length > 0
      ? report.remarks.map(({ says, fix }) => `! ${says}\n  → ${fix}`).join('\n')
      : '✓ Nothing that deserves a look.',
  ];
  return sections.filter(Boolean).join('\n\n');
}

/** One line for each mail, with names and addresses. Pure. */
export const namedLines = (mails: readonly RehearsedMail[]): string =>
  columns(
    mails.map(({ at, reference, to, copies, subject }) => [
      minute(at.toISOString()),
      reference,
      plain([...to, ...copies.map((copy) => `cc ${copy}`)].join(', ')),
      plain(subject),
    ]),
  );

const minute = (time: string) => time.slice(0, 16).replace('T', ' ');

/** Words of the log are anybody's: none may steer the terminal or break the line. */
const plain = (text: string) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, ' ');

const section = (title: string, counts: Counts) =>
  counts.length > 0
    ? `${title}\n${columns(counts.map(({ what, count }) => [`${count}`.padStart(7), plain(what)]))}`
    : undefined;

const widest = 40;

function bars(days: Report['days']): string {
  const most = days.reduce((all, { mails }) => Math.max(all, mails), 1);
  return columns(
    days.map(({ day, mails }) => [
      `  ${day}`,
      `${mails}`.padStart(5),
      '█'.repeat(Math.ceil((mails / most) * widest)),
    ]),
  );
}

const capacity = ({ senders, perMinute }: Report['busiest']) =>
  senders === 0
    ? `a mailbox can send ${perMinute} a minute (SENDER_MAILBOXES is not set yet)`
    : `the ${senders === 1 ? 'sender' : `${senders} senders`} can send ${perMinute} a minute`;
