/**
 * `look`: works, yet somebody should know. `wrong`: something does not work. `unclear`: whether something
 * works that must could not be found out.
 */
export type Verdict = 'well' | 'look' | 'wrong' | 'unclear';

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

export const unclear = (check: string, says: string, fix: string): Finding => ({
  check,
  verdict: 'unclear',
  says,
  fix,
});

const signs: Readonly<Record<Verdict, string>> = { well: '✓', look: '!', wrong: '✗', unclear: '?' };

/** Wide enough for what is checked everywhere; the address of a mailbox may be longer. */
const usualWidth = 34;

/** What was checked and found, and below it what to do: in lines that can be printed one by one. */
export function lineOf({ check, verdict, says, fix }: Finding): string {
  const line = `${signs[verdict]} ${check.padEnd(usualWidth)}  ${says}`;
  return fix ? `${line}\n${' '.repeat(usualWidth + 4)}→ ${fix}` : line;
}

/** In one line: how it stands. */
export function conclusion(findings: readonly Finding[]): string {
  const count = (verdict: Verdict) => findings.filter((one) => one.verdict === verdict).length;
  const [failures, remarks, open] = [count('wrong'), count('look'), count('unclear')];
  if (failures > 0)
    return `${failures} of ${findings.length} checks failed. Mend those marked ✗ first.`;
  if (open > 0)
    return `Whether it works is not known: ${open} of ${findings.length} checks, marked ?, could not be made.`;
  if (remarks > 0)
    return `It works. ${remarks} of ${findings.length} checks have a remark, marked !.`;
  return `All is well: ${findings.length} checks.`;
}
