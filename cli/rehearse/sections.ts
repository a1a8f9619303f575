import { minuteOf, type Section, some } from '../section.ts';
import type { Counts } from './counts.ts';

import type { Report } from './reportShape.ts';
import { waveSection } from './wave/words.ts';

/** In one line: how much came of how much. */
export function headline({ rows, mails }: Report): string {
  const about = mails.people > 0 ? ` about ${some(mails.people, 'person', 'people')}` : '';
  return `${some(rows.read, 'row')} of the audit log, ${some(mails.sent, 'mail')}${about}`;
}

/** The report in parts, without those that are empty. Pure. */
export function sectionsOf(report: Report): Section[] {
  const { rows, activities, changes, mails, notTold, load, bulk, unknown, pilot } = report;
  const sections: Section[] = [
    { title: 'Changes told', rows: changes.map(({ what, told }) => [`${told}`, what]) },
    { title: 'Mails', rows: mailRows(mails) },
    counted('Who was told', mails.outcomes),
    counted('Languages', mails.languages),
    {
      title: 'Pilot',
      rows: pilot
        ? [
            [`${pilot.told}`, 'people told'],
            [`${pilot.notTold}`, 'people with changes who are not in it'],
          ]
        : [],
    },
    {
      title: 'Mails that came to nothing',
      head: ['mails', 'people', 'why'],
      rows: notTold.map(({ mails: count, people, state, why }) => [
        `${count}`,
        `${people}`,
        state === 'suppressed' ? why : `${state}: ${why}`,
      ]),
    },
    perDay(load),
    waveSection(report.wave),
    {
      title: 'Bulk guard',
      head: ['users', 'hour (UTC)', 'by'],
      rows: bulk.map(({ users, hour, by }) => [`${users}`, minuteOf(hour), by]),
    },
    {
      title: 'Methods that the app does not know',
      head: ['rows', 'activity', 'service'],
      rows: unknown.map(({ activity, service, rows: count }) => [`${count}`, activity, service]),
    },
    {
      title: 'What the log says, by activity',
      head: ['rows', 'told', 'merged', 'not told', 'activity'],
      rows: activities.map(({ rows: all, told, merged, notTold: left, activity, means }) => [
        ...[all, told, merged, left].map(String),
        means.length > 0 ? `${activity}: ${means.join(', ')}` : activity,
      ]),
      note: `Of ${some(rows.read, 'row')}, mails tell of ${rows.told}; ${some(rows.merged, 'says', 'say')} the same again; ${some(rows.notTold, 'is', 'are')} not told.`,
    },
    counted('Rows that are not told, by why', report.notToldRows),
  ];
  return sections.filter((section) => section.rows.length > 0);
}

const counted = (title: string, counts: Counts): Section => ({
  title,
  rows: counts.map(({ what, count }) => [`${count}`, what]),
});

const mailRows = (mails: Report['mails']): string[][] =>
  mails.sent === 0
    ? []
    : [
        [`${mails.sent}`, 'in all'],
        [`${mails.urgent}`, 'urgent: somebody else acted, or a Temporary Access Pass, or unknown'],
        [`${mails.toUser}`, 'to the user'],
        [`${mails.managerInCopy}`, 'with the manager in copy'],
        [`${mails.securityInCopy}`, 'with the security team in copy'],
        [`${mails.toManagerOnly}`, 'to the manager alone'],
        [`${mails.toSecurityOnly}`, 'to the security team alone'],
        [
          `${mails.managers}`,
          `${mails.managers === 1 ? 'manager gets' : 'managers get'} at least one of them`,
        ],
      ];

function perDay({ days, busiest, ...load }: Report['load']): Section {
  const most = days.reduce((all, { mails }) => Math.max(all, mails), 1);
  const { senders, mostPerMinute, longestWaitSeconds } = load;
  const can =
    senders === null
      ? `One mailbox can send ${mostPerMinute} a minute (SENDER_MAILBOXES is not set yet).`
      : `${some(senders, 'mailbox', 'mailboxes')} can send ${mostPerMinute} a minute.`;
  return {
    title: 'Mails a day (UTC)',
    rows: busiest ? days.map(({ day, mails }) => [`${mails}`, day]) : [],
    bars: days.map(({ mails }) => mails / most),
    ...(busiest && {
      note: `The busiest minute, ${minuteOf(busiest.minute)}, had ${some(busiest.mails, 'mail')}. ${can} The longest wait was ${longestWaitSeconds} s.`,
    }),
  };
}
