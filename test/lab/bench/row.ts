/** One line of the table that `npm run bench` prints. */
export interface BenchRow {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  /** undefined: not judged, since it depends on the machine or is there to be read. */
  readonly met: boolean | undefined;
}

/** Something to know that has no target. */
export const fact = (what: string, measured: string): BenchRow => ({
  what,
  target: '',
  measured,
  met: undefined,
});

/** A number that must not exceed `most`. */
export const atMost = (what: string, most: number, value: number, unit = ''): BenchRow => ({
  what,
  target: `≤ ${most}${unit}`,
  measured: `${short(value)}${unit}`,
  met: value <= most,
});

/** A number that must reach `least`. */
export const atLeast = (what: string, least: number, value: number, unit = ''): BenchRow => ({
  what,
  target: `≥ ${least}${unit}`,
  measured: `${short(value)}${unit}`,
  met: value >= least,
});

/** At most three digits behind the point, none where they say nothing. */
export const short = (value: number): string =>
  value.toLocaleString('en', {
    maximumFractionDigits: Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 2 : 3,
  });

const heads: BenchRow = { what: 'what', target: 'target', measured: 'measured', met: undefined };
const columns = ['what', 'target', 'measured'] as const;

/** The table as Markdown, which reads well in a terminal too. */
export function printed(rows: readonly BenchRow[]): string {
  const widths = columns.map((name) =>
    Math.max(...[heads, ...rows].map((row) => row[name].length)),
  );
  const line = (row: BenchRow, verdict: string) => {
    const cells = columns.map((name, index) => row[name].padEnd(widths[index] ?? 0));
    return `| ${cells.join(' | ')} | ${verdict.padEnd(7)} |`;
  };
  const rule = `|${[...widths, 7].map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [
    line(heads, 'verdict'),
    rule,
    ...rows.map((row) => line(row, row.met === undefined ? '' : row.met ? 'met' : 'MISSED')),
  ].join('\n');
}
