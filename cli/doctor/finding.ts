import { columns } from '../columns.ts';

/** `look`: works, yet somebody should know. `wrong`: something does not work. */
export type Verdict = 'well' | 'look' | 'wrong';

/** What one check has found, and what to do about it. */
export interface Finding {
  readonly check: string;
  readonly verdict: Verdict;
  readonly says: string;
  readonly fix?: string;
}

export const well = (check: string, says: string): Finding => ({ check, verdict: 'well', says });
export const look = (check: string, says: string, fix: string): Finding => ({
  check,
  verdict: 'look',
  says,
  fix,
});
export const wrong = (check: string, says: string, fix: string): Finding => ({
  check,
  verdict: 'wrong',
  says,
  fix,
});

const signs: Readonly<Record<Verdict, string>> = { well: '✓', look: '!', wrong: '✗' };

/** The table: what was checked, what was found, and below it what to do. */
export const printed = (findings: readonly Finding[]): string =>
  columns(
    findings.flatMap(({ check, verdict, says, fix }) => {
      const found = [signs[verdict], check, says];
      return fix ? [found, ['', '', `→ ${fix}`]] : [found];
    }),
  );

/** In one line: how it stands. */
export function conclusion(findings: readonly Finding[]): string {
  const count = (verdict: Verdict) => findings.filter((one) => one.verdict === verdict).length;
  const [failures, remarks] = [count('wrong'), count('look')];
  if (failures > 0)
    return `${failures} of ${findings.length} checks failed. Mend those marked ✗ first.`;
  if (remarks > 0)
    return `It works. ${remarks} of ${findings.length} checks have a remark, marked !.`;
  return `All is well: ${findings.length} checks.`;
}
