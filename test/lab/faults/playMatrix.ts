import { UsageError } from '../../../cli/program.ts';
import { openProgress } from '../../../cli/progress.ts';
import { renewPage } from '../../fixtures/renewPage.ts';
import { matrix, pacedRows, processRows, stagedRows } from './matrix.ts';
import { asMarkdown, asText, summary } from './print.ts';
import { playRow, type Result, type Row } from './row.ts';

/** So many processes at once: they mostly wait. */
const processesAtOnce = 4;

/** Plays rows, so many at once, and gives their results in order. */
async function play(
  rows: readonly Row[],
  atOnce: number,
  done: (result: Result) => void,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = rows.entries();
  const work = async () => {
    for (const [index, row] of waiting) {
      const result = await playRow(row);
      done(result);
      results[index] = result;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}

/** Plays the rows whose name holds one of the parts, prints them, and says whether all is well. */
export async function playMatrix(parts: readonly string[], markdown: boolean): Promise<boolean> {
  const wanted = ({ group, name }: Row) =>
    parts.length === 0 || parts.some((part) => `${group}: ${name}`.includes(part));
  if (!matrix.some(wanted)) {
    const groups = [...new Set(matrix.map(({ group }) => group))].join('”, “');
    throw new UsageError(
      `No row’s name holds “${parts.join('” or “')}”. The groups are “${groups}”.`,
    );
  }
  const started = performance.now();
  const progress = openProgress(process.stderr);
  const all = matrix.filter(wanted).length;
  let [played, failed] = [0, 0];
  const tell = () => progress.say(`${played} of ${all} rows, ${failed} failed`, played / all);
  const done = ({ problems }: Result) => {
    played += 1;
    if (problems.length > 0) failed += 1;
    tell();
  };
  tell();
  const results = await Promise.all([
    play(processRows.filter(wanted), processesAtOnce, done),
    play(pacedRows.filter(wanted), 1, done),
    play(stagedRows.filter(wanted), 1, done),
  ])
    .then((all) => all.flat())
    .finally(progress.end);
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`${asText(results)}\n${summary(results)}, in ${seconds} s`);
  if (markdown) renewPage('guarantees.md', 'matrix', asMarkdown(results));
  return results.every(({ problems }) => problems.length === 0);
}
