import { columns } from '../columns.ts';
import { plain } from '../printable.ts';
import { minuteOf, sectionText } from '../section.ts';
import type { RehearsedMail } from './rehearse.ts';
import type { Remark, Report } from './reportShape.ts';
import { headline, sectionsOf } from './sections.ts';

/** The report for a terminal. Pure. */
export function printed(report: Report): string {
  const { from, to } = report.period;
  const parts = [
    `Who would have been told what, ${minuteOf(from)} to ${minuteOf(to)} UTC\n` +
      `${headline(report)}. Nothing was sent, and nothing was written.`,
    ...sectionsOf(report).map(sectionText),
    remarksAsText(report.remarks),
  ];
  return parts.join('\n\n');
}

/** One line for each mail, with names and addresses. Pure. */
export const namedLines = (mails: readonly RehearsedMail[]): string =>
  columns(
    mails.map(({ at, reference, to, copies, subject }) => [
      minuteOf(at.toISOString()),
      reference,
      plain([...to, ...copies.map((copy) => `cc ${copy}`)].join(', ')),
      plain(subject),
    ]),
  );

const remarksAsText = (remarks: readonly Remark[]): string =>
  [
    ...(remarks.some(({ look }) => look)
      ? []
      : ['✓ Nothing that wants a look before switching on.']),
    ...remarks.map(({ look, says, fix }) => `${look ? '!' : 'i'} ${says}.\n  → ${fix}.`),
  ].join('\n');
