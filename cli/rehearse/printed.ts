import { columns } from '../columns.ts';
import { plain } from '../printable.ts';
import type { RehearsedMail } from './rehearse.ts';
import type { Remark, Report } from './reportShape.ts';
import { headline, minuteOf, type Section, sectionsOf } from './sections.ts';

/** The report for a terminal. Pure. */
export function printed(report: Report): string {
  const { from, to } = report.period;
  const parts = [
    `Who would have been told what, ${minuteOf(from)} to ${minuteOf(to)} UTC\n` +
      `${headline(report)}. Nothing was sent, and nothing was written.`,
    ...sectionsOf(report).map(asText),
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

const widestBar = 40;

/** All columns but the last hold numbers or times, which end at the same place. */
function asText({ title, head, rows, bars, note }: Section): string {
  const all = [...(head ? [head] : []), ...rows].map((cells) => cells.map(plain));
  const widths = all.reduce<number[]>(
    (widest, cells) => cells.map((cell, index) => Math.max(cell.length, widest[index] ?? 0)),
    [],
  );
  const lines = all.map((cells, index) => {
    const isHead = head !== undefined && index === 0;
    const bar = bars?.[head ? index - 1 : index] ?? 0;
    const drawn = isHead || bar === 0 ? [] : ['█'.repeat(Math.ceil(bar * widestBar))];
    const aligned = cells.map((cell, at) =>
      /^\d+$/.test(rows[0]?.[at] ?? '') ? cell.padStart(widths[at] ?? 0) : cell,
    );
    return ['', ...aligned, ...drawn];
  });
  const said = note ? `\n  ${note}` : '';
  return `${title}\n${columns(lines)}${said}`;
}

const remarksAsText = (remarks: readonly Remark[]): string =>
  [
    ...(remarks.some(({ look }) => look)
      ? []
      : ['✓ Nothing that wants a look before switching on.']),
    ...remarks.map(({ look, says, fix }) => `${look ? '!' : 'i'} ${says}.\n  → ${fix}.`),
  ].join('\n');
