import { type Section, some } from '../../section.ts';
import type { Remark } from '../reportShape.ts';

import type { WaveReport } from './wave.ts';

const boxes = (count: number | null) =>
  count === null ? 'more than a thousand mailboxes' : some(count, 'mailbox', 'mailboxes');

const waits = (hours: number | null) =>
  hours === null ? 'longer than a year' : hours < 1 ? 'less than an hour' : `${hours} hours`;

const enough = (count: number | null, why: string): string[] =>
  count === null
    ? ['> 1000', `mailboxes are needed ${why}`]
    : [`${count}`, count === 1 ? `mailbox is enough ${why}` : `mailboxes are needed ${why}`];

/** What comes, in numbers. Without rows where nobody asked or nobody could look. Pure. */
export function waveSection(wave: WaveReport | null): Section {
  const title = `Everybody with phones only registers a passkey, from ${wave?.from} on`;
  if (!wave?.people || !wave.now || !wave.needed) return { title, rows: [] };
  const { people, now, needed, ordinary, copies, workingDays } = wave;
  return {
    title,
    rows: [
      [`${people.phonesOnly}`, 'people have phone numbers only'],
      [
        `${people.administrators}`,
        'of them are administrators (Global Administrators: from 1 July 2027)',
      ],
      [`${people.guests}`, 'guests come on top from 1 July 2027'],
      ...(people.unreadable > 0
        ? [[`${people.unreadable}`, 'rows of the report could not be read']]
        : []),
      [`${ordinary.workday}`, 'mails of an ordinary working day come with them'],
      [`${now.longestLine}`, `mails in the longest line, with ${boxes(now.mailboxes)}`],
      enough(needed.mailboxes, 'for nobody to wait longer than an hour'),
      enough(needed.withoutCopies, 'for that without managers in copy'),
      ...(copies
        ? [
            [
              `${copies.leftOut}`,
              `of ${copies.all} copies are left out: ${some(copies.managers, 'manager')}, ${copies.perManagerAndDay} a day each at most`,
            ],
          ]
        : []),
    ],
    note: `If all of them do so within ${workingDays} working days, 60 % of a day's between eight and eleven. A mail waits ${waits(now.longestWaitHours)} at most; the line is empty ${now.emptyAfterDays === null ? 'in more than a year' : `after ${now.emptyAfterDays} days`}.${people.reportMade ? ` Microsoft's report is of ${people.reportMade.slice(0, 10)}.` : ''}`,
  };
}

/** What to do about it. Pure. */
export function waveRemarks(wave: WaveReport | null): Remark[] {
  if (!wave) return [];
  const { why, now, needed, copies, people } = wave;
  if (why !== null || !now || !needed) {
    return [
      {
        look: true,
        says: 'Nobody could look who has phones only',
        fix: `${why?.split('\n')[0]?.replace(/[.]$/, '')}. An app needs AuditLog.Read.All, and the tenant a P1 or P2 licence`,
      },
    ];
  }
  const remarks: Remark[] = [];
  if (now.lateFrom !== null) {
    const more =
      needed.mailboxes === null ? '' : `Have ${needed.mailboxes} in SENDER_MAILBOXES by then`;
    const fewer =
      now.recipients > 1 && needed.withoutCopies !== null
        ? `COPY_MANAGER=risky until the line is empty needs ${needed.withoutCopies}`
        : '';
    remarks.push({
      look: true,
      says: `${boxes(now.mailboxes)} will not do from ${now.lateFrom} on: a mail waits ${waits(now.longestWaitHours)}`,
      fix:
        [more, fewer].filter(Boolean).join('. Or: ') ||
        'Tell people beforehand, in groups over weeks',
    });
  }
  if (copies && copies.leftOut > 0) {
    remarks.push({
      look: false,
      says: `${some(copies.leftOut, 'copy', 'copies')} for managers would be left out, the users' own mails not`,
      fix: `MANAGER_COPIES_PER_DAY is ${copies.perManagerAndDay}. Raise it for that week if managers are to get them all`,
    });
  }
  if (now.recipients > 1 && !copies && people && people.phonesOnly > 0) {
    remarks.push({
      look: false,
      says: 'Whose manager is who could not be looked at, so nothing is said of copies',
      fix: 'It needs Directory.Read.All, as the app does',
    });
  }
  return remarks;
}
