import { isUnparsable, parseAuditRecord } from '../../functions/audit/auditRecord.ts';
import { recognise } from '../../functions/audit/recognise.ts';
import { reference } from '../dispatch/reference.ts';

// How parsing and recognising compare with JSON.parse of the same text, in the same run: a ratio
// that says the same on any machine, and whether the time grows with the number of rows.

const rules = { muted: new Set<string>(), extra: new Set<string>() };
const target = 1 / 6;

function timed(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

/** The best of several runs: what the machine does besides is not our subject. */
const best = (run: () => void) => Math.min(...Array.from({ length: 5 }, () => timed(run)));

function measure(count: number) {
  const { rows } = reference;
  const many = Array.from({ length: count }, (_, index) => ({
    ...rows[index % rows.length],
    id: `Authentication Methods_${index}`,
  }));
  const text = JSON.stringify(many);
  const json = best(() => JSON.parse(text));
  const parsed = JSON.parse(text) as unknown[];
  let changes = 0;
  const ours = best(() => {
    changes = 0;
    for (const row of parsed) {
      const record = parseAuditRecord(row);
      if (isUnparsable(record)) continue;
      const verdict = recognise(record, rules);
      if ('changes' in verdict) changes += verdict.changes.length;
    }
  });
  return {
    rows: count,
    MB: Math.round(text.length / 1e6),
    changes,
    'rows/s': Math.round(count / (ours / 1000)),
    'speed / JSON.parse': Number((json / ours).toFixed(2)),
    'µs a row': Number(((ours * 1000) / count).toFixed(1)),
  };
}

const results = [10_000, 100_000].map(measure);
console.table(results);
const ratio = results.at(-1)?.['speed / JSON.parse'] ?? 0;
console.log(`${ratio >= target ? 'met' : 'MISSED'}: at least ${target.toFixed(2)} of JSON.parse`);
process.exitCode = ratio >= target ? 0 : 1;
