import type { Result } from './row.ts';

/** The columns of the matrix. */
const heads = ['expected', 'mailed', 'missing', 'repeated', 'seconds'] as const;

function cells({ tally, seconds, problems }: Result): string[] {
  const { expected, mailed, missing, repeated } = tally;
  const counts = [expected, mailed, missing.length, repeated.length].map(String);
  return [...counts, seconds.toFixed(1), problems.length === 0 ? '' : 'FAILED'];
}

const byGroup = (results: readonly Result[]) => Map.groupBy(results, ({ row: { group } }) => group);

/** The matrix for a terminal, what is wrong under the row it is wrong with. */
export function asText(results: readonly Result[]): string {
  const width = Math.max(...results.map(({ row }) => row.name.length)) + 2;
  const line = (name: string, rest: readonly string[]) =>
    `${name.padEnd(width)}${rest.map((cell) => cell.padStart(9)).join('')}`.trimEnd();
  return [...byGroup(results)]
    .flatMap(([group, members]) => [
      line(group.toUpperCase(), heads),
      ...members.flatMap((result) => [
        line(`  ${result.row.name}`, cells(result)),
        ...result.problems.map((problem) => `      ${problem.replaceAll('\n', '\n      ')}`),
      ]),
      '',
    ])
    .join('\n');
}

/** The matrix as tables of Markdown. Repeats that are possible refer to their reasons below. */
export function asMarkdown(results: readonly Result[]): string {
  const reasons = [...new Set(results.flatMap(({ row: { mayRepeat } }) => mayRepeat ?? []))];
  const mark = (reason: string | undefined) =>
    reason === undefined ? '' : ` [${reasons.indexOf(reason) + 1}]`;
  const tables = [...byGroup(results)].flatMap(([group, members]) => [
    `| ${group} | ${heads.join(' | ')} |`,
    `|---|${heads.map(() => '--:|').join('')}`,
    ...members.map((result) => {
      const [expected, mailed, missing, repeated, seconds, failed] = cells(result);
      const told = `${repeated}${mark(result.row.mayRepeat)}`;
      const name = `${result.row.name}${failed ? ` **${failed}**` : ''}`;
      return `| ${name} | ${expected} | ${mailed} | ${missing} | ${told} | ${seconds} |`;
    }),
    '',
  ]);
  return [...tables, ...reasons.map((reason, index) => `[${index + 1}] ${reason}.  `)].join('\n');
}

/** One line about all of it. */
export function summary(results: readonly Result[]): string {
  const total = (of: (result: Result) => number) =>
    results.reduce((sum, result) => sum + of(result), 0);
  const failed = results.filter(({ problems }) => problems.length > 0).length;
  return [
    `${results.length} rows`,
    `${failed} failed`,
    `${total(({ tally }) => tally.expected)} changes expected`,
    `${total(({ tally }) => tally.mailed)} mailed`,
    `${total(({ tally }) => tally.missing.length)} missing`,
    `${total(({ tally }) => tally.repeated.length)} repeated`,
  ].join(', ');
}
