import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { NotNcrontab, parseNcrontab } from '../../functions/config/ncrontab.ts';
import { comesEachHour, nextRun, nextRuns } from '../../functions/config/nextRuns.ts';

const from = new Date('2026-11-28T10:30:00Z');
const until = new Date('2030-11-28T10:30:00Z');

/** What NCrontab was asked, in the words of the table. */
function answer(expression: string): string {
  try {
    const schedule = parseNcrontab(expression);
    const runs = nextRuns(schedule, from, 4).filter((run) => run < until);
    const shown = runs.map((run) => run.toISOString().slice(0, 19).replace('T', ' '));
    return shown.join(' | ') || 'NEVER';
  } catch (error) {
    if (error instanceof NotNcrontab) return 'REFUSED';
    throw error;
  }
}

/** Lines of expression and answer below a heading; tabs and line ends within are written out. */
const casesIn = (file: string) =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [expression = '', genuine = ''] = line.split('\t');
      return { expression: expression.replaceAll('\\t', '\t').replaceAll('\\n', '\n'), genuine };
    });

const own = join(import.meta.dirname, 'ncrontab.tsv');
const given = process.env['NCRONTAB_CASES'];

describe('answers as NCrontab does', () => {
  test('of each kind', () => {
    const cases = casesIn(own);
    expect(cases.length).toBeGreaterThan(80);
    for (const kind of ['REFUSED', 'NEVER', '2026-11-28 10:31:00']) {
      expect(cases.filter(({ genuine }) => genuine.startsWith(kind)).length).toBeGreaterThan(3);
    }
    const wrong = cases.filter(({ expression, genuine }) => answer(expression) !== genuine);
    expect(wrong.map(({ expression }) => [expression, answer(expression)])).toEqual([]);
  });

  test.skipIf(!given)('for the cases in NCRONTAB_CASES', () => {
    const file = join(given ?? '', 'cases.tsv');
    expect(existsSync(file), file).toBe(true);
    const cases = casesIn(file);
    expect(cases.length).toBeGreaterThan(100);
    const wrong = cases.filter(({ expression, genuine }) => answer(expression) !== genuine);
    expect(wrong.map(({ expression }) => [expression, answer(expression)])).toEqual([]);
  });
});

describe('what is refused says which part of it', () => {
  test.each([
    ['* * *', 'has 3 fields, not six'],
    ['0\t* * * * *', 'only spaces part fields, no tab and no line break'],
    ['99 * * * * *', 'has "99" for its second, which is 0 to 59'],
    ['0 0 9 * * 7', 'has "7" for its day of week, which is 0 to 6, or a name'],
    ['0 0 9 ? * *', 'has "?" for its day of month, which is 1 to 31'],
    ['0 */x * * * *', 'has "x" for a step in its minute'],
    ['0 5, * * * *', 'has "" for its minute'],
  ])('%j', (expression, reason) => {
    expect(() => parseNcrontab(expression)).toThrow(reason);
  });
});

test('a run comes after the second that is under way, never in it', () => {
  const schedule = parseNcrontab('0 * * * * *');
  const after = (time: string) => nextRun(schedule, new Date(time))?.toISOString();
  expect(after('2026-11-28T10:29:59.999Z')).toBe('2026-11-28T10:30:00.000Z');
  expect(after('2026-11-28T10:30:00.500Z')).toBe('2026-11-28T10:31:00.000Z');
  expect(after('2026-12-31T23:59:30Z')).toBe('2027-01-01T00:00:00.000Z');
});

test('the rarest leap day is found, across a century without one', () => {
  const monday = parseNcrontab('0 0 0 29 2 MON');
  expect(nextRun(monday, new Date('2072-03-01T00:00:00Z'))?.toISOString()).toMatch(/^2112-02-29/);
});

describe('comes at least once an hour', () => {
  test.each([
    '0 * * * * *',
    '0 0 * * * *',
    '30 7 * * * *',
    '0 */90 * * * *',
    '0 0 0-23 * 1-12 0-6',
  ])('%s does', (expression) => {
    const schedule = parseNcrontab(expression);
    expect(comesEachHour(schedule)).toBe(true);
    const runs = nextRuns(schedule, from, 200).map(Number);
    const gaps = runs.slice(1).map((run, index) => run - (runs[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(3_600_000);
  });
  test.each(['0 0 22-6 * * *', '0 * * * * MON-FRI', '0 * * 2-31 * *', '0 * * * 1-11 *'])(
    '%s does not',
    (expression) => expect(comesEachHour(parseNcrontab(expression))).toBe(false),
  );
});
