import { mostSenders } from '../../../functions/config/parsers.ts';
import { type Section, some } from '../../section.ts';
import type { Remark } from '../reportShape.ts';
import type { WaveReport } from './wave.ts';

type Now = NonNullable<WaveReport['now']>;
type Needed = NonNullable<WaveReport['needed']>;

const boxes = (count: number) => some(count, 'mailbox', 'mailboxes');

const waits = (hours: number | null) =>
  hours === null ? 'longer than a year' : hours < 1 ? 'less than an hour' : `${hours} hours`;

/** With more the app does not start. */
const noMore = `SENDER_MAILBOXES takes ${mostSenders}`;

const isPossible = (count: number | null): count is number =>
  count !== null && count <= mostSenders;

function enough(count: number | null, why: string): string[] {
  const number = count === null ? '> 1000' : `${count}`;
  if (!isPossible(count)) return [number, `mailboxes would be needed ${why}: ${noMore}`];
  return [number, count === 1 ? `mailbox is enough ${why}` : `mailboxes are needed ${why}`];
}

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
      ...(people.otherAddresses
        ? [[`${people.otherAddresses}`, 'other addresses of theirs get a mail of their own']]
        : []),
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
    note: `If all of them do so within ${workingDays} working days, 60 % of a day's between eight and eleven. A mail waits ${waits(now.longestWaitHours)} at most; ${lineOf(now)}.${people.reportMade ? ` Microsoft's report is of ${people.reportMade.slice(0, 10)}.` : ''}`,
  };
}

function lineOf({ longestLine, emptyAfterDays }: Pick<Now, 'longestLine' | 'emptyAfterDays'>) {
  if (longestLine === 0) return 'there is no line';
  return `the line is empty ${emptyAfterDays === null ? 'in more than a year' : `after ${emptyAfterDays} days`}`;
}

/** What to do about it. Pure. */
export function waveRemarks(wave: WaveReport | null): Remark[] {
  if (!wave) return [];
  const { why, now, needed, copies, whyNoTeams, people } = wave;
  if (why !== null || !now || !needed) {
    return [
      {
        look: true,
        says: 'Nobody could look who has phones only',
        fix: why ?? '',
      },
    ];
  }
  const remarks: Remark[] = [];
  if (now.lateFrom !== null) {
    const { longestWaitHours: longest, givenUpAfterHours } = now;
    const isGivenUp = longest === null || longest > givenUpAfterHours;
    const end = isGivenUp ? `, and is given up after ${givenUpAfterHours}` : '';
    remarks.push({
      look: true,
      says: `${boxes(now.mailboxes)} will not do from ${now.lateFrom} on: a mail waits ${waits(longest)}${end}`,
      fix: whatHelps(now, needed),
    });
  }
  if (copies && copies.leftOut > 0) {
    remarks.push({
      look: false,
      says: `${some(copies.leftOut, 'copy', 'copies')} for managers would be left out, the users' own mails not`,
      fix: `MANAGER_COPIES_PER_DAY is ${copies.perManagerAndDay}. Raise it for that week if managers are to get them all`,
    });
  }
  if (whyNoTeams !== null && people && people.phonesOnly > 0) {
    remarks.push({
      look: false,
      says: 'The directory could not be looked at: copies, and mails to other addresses, are not counted',
      fix: whyNoTeams,
    });
  }
  return remarks;
}

/** What keeps everybody from waiting, with as many mailboxes as there may be. */
function whatHelps({ recipients, longestWaitHours, givenUpAfterHours }: Now, needed: Needed) {
  const { mailboxes, withoutCopies } = needed;
  const ways = [
    isPossible(mailboxes) ? `Have ${mailboxes} in SENDER_MAILBOXES by then` : '',
    recipients > 1 && isPossible(withoutCopies)
      ? `COPY_MANAGER=risky until the line is empty needs ${withoutCopies}`
      : '',
    isPossible(mailboxes)
      ? ''
      : `${noMore}: tell people beforehand, in groups over weeks, and have as many`,
  ];
  const isKept = longestWaitHours !== null && longestWaitHours > givenUpAfterHours;
  const kept = isKept
    ? `. MAX_NOTIFY_AGE_HOURS of ${Math.ceil(longestWaitHours)} has them sent, late`
    : '';
  return `${ways.filter(Boolean).join('. Or: ')}${kept}`;
}
