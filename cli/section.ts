import { columns } from './columns.ts';
import { html, Markup } from './markup.ts';
import { plain } from './printable.ts';

/** One part of a report, for a terminal or a page. Cells are untrusted text. */
export interface Section {
  readonly title: string;
  readonly head?: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** A bar after each row: its length, from 0 to 1. */
  readonly bars?: readonly number[];
  /** A sentence below. */
  readonly note?: string;
  /** Over the whole page, whatever its columns. */
  readonly wide?: boolean;
}

/** How many, with the word that goes with it. */
export const some = (count: number, one: string, more = `${one}s`): string =>
  `${count} ${count === 1 ? one : more}`;

/** Without seconds: `2026-11-24 09:00`. */
export const minuteOf = (time: string): string => time.slice(0, 16).replace('T', ' ');

const widestBar = 40;

/** For a terminal. All columns but the last hold numbers or times, which end at the same place. */
export function sectionText({ title, head, rows, bars, note }: Section): string {
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

/** For a page, styled by `page/report.css`. */
export function sectionMarkup({ title, head, rows, bars, note, ...given }: Section): Markup {
  const classOf = (index: number) => {
    const [, number, time] = /^(?:(\d+)|(\d[\d: -]+))$/.exec(rows[0]?.[index] ?? '') ?? [];
    return new Markup(number ? ' class="number"' : time ? ' class="time"' : '');
  };
  const cells = (row: readonly string[], name: 'td' | 'th') =>
    row.map((cell, index) => {
      const tag = new Markup(name);
      return html`<${tag}${classOf(index)}>${cell}</${tag}>`;
    });
  const bar = (index: number) =>
    bars &&
    html`<td class="bar"><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="${Math.round((bars[index] ?? 0) * 100)}" height="10"/></svg></td>`;
  const isWide = given.wide || (head && head.length > 3);
  const wide = isWide && new Markup(' class="wide"');
  return html`<section${wide}><h2>${title}</h2><div class="scrolls"${wide && new Markup(' tabindex="0"')}><table>${
    head && html`<thead><tr>${cells(head, 'th')}</tr></thead>`
  }<tbody>${rows.map((row, index) => html`<tr>${cells(row, 'td')}${bar(index)}</tr>`)}</tbody></table></div>${
    note && html`<p class="note">${note}</p>`
  }</section>`;
}
