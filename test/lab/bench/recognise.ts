import { setTimeout as pause } from 'node:timers/promises';
import { recognise } from '../../../functions/recognise/recognise.ts';
import { isUnparsable, parseAuditRecord } from '../../../functions/recognise/record.ts';
import { reference } from '../../intake/reference.ts';
import { atLeast, type BenchRow, fact, short } from './row.ts';
import { median, processorTime } from './timing.ts';

// How parsing and recognising compare with JSON.parse of the same text, in the same run: a ratio
// that says the same on any machine, and whether the time grows with the number of rows.

const turns = 5;
const rules = { muted: new Set<string>(), extra: new Set<string>() };

function measure(count: number) {
  const { rows } = reference;
  const many = Array.from({ length: count }, (_, index) => ({
    ...rows[index % rows.length],
    id: `Authentication Methods_${index}`,
  }));
  const text = JSON.stringify(many);
  const parsed = JSON.parse(text) as unknown[];
  const parseAll = () => JSON.parse(text);
  const recogniseAll = () => {
    for (const row of parsed) {
      const record = parseAuditRecord(row);
      if (!isUnparsable(record)) recognise(record, rules);
    }
  };
  // In turns, so that whatever else the machine does meets both.
  const times = Array.from(
    { length: turns },
    () => [processorTime(parseAll), processorTime(recogniseAll)] as const,
  );
  return {
    speed: median(times.map(([json, ours]) => json / ours)),
    microseconds: (Math.min(...times.map(([, ours]) => ours)) * 1000) / count,
  };
}

/** Recognising 10,000 rows, and ten times as many. */
export async function recogniseRows(): Promise<BenchRow[]> {
  // What a process of few rows does without comes after 400, and between two pages.
  measure(1_000);
  await pause(100);
  const [some, many] = [10_000, 100_000].map(measure) as [Measure, Measure];
  return [
    atLeast('recognising, speed against JSON.parse of the same rows', 0.4, many.speed),
    fact(
      'recognising, a row, of 10,000 and of 100,000',
      `${short(some.microseconds)} µs, ${short(many.microseconds)} µs`,
    ),
  ];
}

type Measure = ReturnType<typeof measure>;
