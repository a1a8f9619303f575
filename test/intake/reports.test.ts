import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readEvents } from '../../functions/audit/azureMonitor.ts';
import { watchedRows } from '../../functions/audit/watched.ts';
import type { AuditRecord as GraphRow } from '../../local/graph/auditRecord.ts';
import { monitorEvent } from '../fixtures/azureMonitor.ts';
import { defaultRules, linesOf, notify, parsed } from './story.ts';

// A folder of cases, one JSON object a file: rows or pages of an audit log, and what must be told.
const folder = process.env['AUDIT_REPORTS'];

interface Case {
  readonly name: string;
  readonly rows?: readonly GraphRow[];
  readonly pages?: readonly (readonly GraphRow[])[];
  readonly muted?: readonly string[];
  readonly syncIdentities?: readonly string[];
  readonly expect: {
    readonly told: readonly string[];
    readonly alt?: readonly string[];
    readonly mails?: number;
    readonly urgent?: number;
    readonly toldCount?: number;
    readonly watched?: boolean;
  };
}

/** Notes are left out: Graph sends none. */
const withoutNotes = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNotes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) =>
      key.startsWith('_') ? [] : [[key, withoutNotes(each)]],
    ),
  );
};

const cases = folder
  ? readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name): Case => {
        const content: unknown = JSON.parse(readFileSync(join(folder, name), 'utf8'));
        return { ...(withoutNotes(content) as Case), name };
      })
  : [];

const watched = watchedRows({ extraActivities: [], watchUpdateUser: true });
const fewRows = 9;

/** Every way in which the rows of a case may arrive: pages of parsed rows. */
function arrivals({ rows = [], pages }: Case) {
  const ways = [
    ['in one poll', (pages ?? [rows]).map(parsed)],
    [
      'through the event hub',
      (pages ?? [rows]).map((page) => [...readEvents([monitorEvent(...page)], watched).records]),
    ],
  ] as [string, ReturnType<typeof parsed>[]][];
  if (pages || rows.length >= fewRows) return ways;
  const single = rows.map((row) => parsed([row]));
  return [
    ...ways,
    ['a row a poll', single],
    ['a row a poll, backwards', single.toReversed()],
  ] as typeof ways;
}

/** `*` stands for anything; in any order. */
function fits(lines: readonly string[], wanted: readonly string[]): boolean {
  if (lines.length !== wanted.length) return false;
  const [first, ...rest] = wanted;
  if (first === undefined) return true;
  const parts = first.split(' ');
  return lines.some((line, index) => {
    const words = line.split(' ');
    const same = parts.every((part, at) => part === '*' || part === words[at]);
    return same && fits(lines.toSpliced(index, 1), rest);
  });
}

describe.skipIf(!folder)('public reports in AUDIT_REPORTS', () => {
  test('are there', () => expect(cases.length).toBeGreaterThan(0));

  const played = cases.flatMap((one) => arrivals(one).map(([way, pages]) => ({ one, way, pages })));
  test.each(played)('$one.name, $way', ({ one, pages }) => {
    const rules = {
      ...defaultRules,
      ...(one.muted && { muted: new Set(one.muted) }),
      sync: new Set((one.syncIdentities ?? []).map((id) => id.toLowerCase())),
    };
    const rows = notify(pages, { rules });
    const lines = linesOf(rows).map((line) => line.slice(line.indexOf(' ') + 1));
    const { told, alt = told, mails, urgent, toldCount } = one.expect;
    expect({ lines, fits: fits(lines, told) || fits(lines, alt) }).toMatchObject({ fits: true });
    const sent = rows.filter(({ state }) => state !== 'suppressed');
    if (mails !== undefined) expect(sent).toHaveLength(mails);
    if (urgent !== undefined) expect(sent.filter((row) => row.urgent)).toHaveLength(urgent);
    if (toldCount !== undefined) expect(lines).toHaveLength(toldCount);
  });
});
