import { globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { auditRow } from '../../functions/recognise/auditRow.ts';
import { reference } from '../intake/reference.ts';
import { record } from '../lab/fuzz/hostileRecords.ts';

// Rows are read by what zod compiles of the schema. It must be able to, and say the same.

const compiled = z.compile(auditRow(), { strict: true });

/** All that the schema says of a row: what is read, or what is wrong and where. */
function said(schema: ReturnType<typeof auditRow>, row: unknown) {
  const { data, error } = schema.safeParse(row);
  return { data, keys: JSON.stringify(data), issues: error?.issues };
}

function same(row: unknown): void {
  expect(said(compiled, row)).toStrictEqual(said(auditRow(), row));
}

/** Every object with an activity that a value holds, wherever. */
function rowsIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return 'activityDisplayName' in value ? [value] : Object.values(value).flatMap(rowsIn);
}

const folders = [process.env['AUDIT_CORPUS'], process.env['AUDIT_REPORTS']].filter((one) => !!one);
const exported = folders
  .flatMap((folder) => globSync(`${folder}/**/*.json`))
  .flatMap((file) => rowsIn(JSON.parse(readFileSync(file, 'utf8'))));

test('a compiled schema reads real rows as the plain one does', () => {
  for (const row of [...reference.rows, ...exported]) same(row);
});

/** Which value of a row, counted from its first. */
const place = fc.nat({ max: 60 });

/** The objects and keys at which a row holds its values. */
function places(value: unknown): [Record<string, unknown>, string][] {
  if (typeof value !== 'object' || value === null) return [];
  const fields = value as Record<string, unknown>;
  return Object.keys(fields).flatMap((key) => [[fields, key] as const, ...places(fields[key])]) as [
    Record<string, unknown>,
    string,
  ][];
}

test('and real rows in which one value is lost, null, or another', () => {
  const other = fc.constantFrom(undefined, null, 7, true, '', 'x', 'x'.repeat(32_769), [], {}, [7]);
  fc.assert(
    fc.property(fc.constantFrom(...reference.rows, ...exported), place, other, (row, at, value) => {
      const changed = structuredClone(row);
      const all = places(changed);
      const [fields, key] = all[at % all.length] ?? [];
      if (fields && key !== undefined) fields[key] = value;
      same(changed);
    }),
    { numRuns: 300 },
  );
});

test('and hostile ones', () => {
  fc.assert(fc.property(record, same), { numRuns: 200 });
});

test('a time is taken where it exists, and only there', () => {
  const [row] = reference.rows;
  const two = (max: number) => fc.nat({ max }).map((one) => String(one).padStart(2, '0'));
  const parts = fc.tuple(fc.nat({ max: 999 }), two(13), two(32), two(25), two(61), two(61));
  fc.assert(
    fc.property(parts, ([year, month, day, hour, minute, second]) => {
      const time = `${2000 + year}-${month}-${day}T${hour}:${minute}:${second}`;
      const read = Date.parse(`${time}Z`);
      const exists = !Number.isNaN(read) && new Date(read).toISOString().startsWith(time);
      const { success } = compiled.safeParse({ ...row, activityDateTime: `${time}.1234567Z` });
      expect([time, success]).toEqual([time, exists]);
    }),
    { numRuns: 2000 },
  );
});
