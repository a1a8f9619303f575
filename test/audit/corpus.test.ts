import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isUnparsable, parseAuditRecord } from '../../functions/audit/auditRecord.ts';
import { recognise } from '../../functions/audit/recognise.ts';

// A folder of exported directoryAudits, one JSON array a file: somebody else's, or your tenant's.
const folder = process.env['AUDIT_CORPUS'];

interface ExportedRow {
  readonly id?: string | null;
  readonly activityDisplayName?: string;
}

const withoutNotes = (row: object) =>
  Object.fromEntries(Object.entries(row).filter(([key]) => !key.startsWith('_')));

describe.skipIf(!folder)('exported audit records in AUDIT_CORPUS', () => {
  const files = folder ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  const rows = files.flatMap((name) => {
    const content: unknown = JSON.parse(readFileSync(join(folder ?? '', name), 'utf8'));
    const list = Array.isArray(content) ? (content as ExportedRow[]) : [];
    return list.filter((row) => 'activityDisplayName' in row).map((row) => ({ name, row }));
  });

  test('are there', () => expect(rows.length).toBeGreaterThan(0));

  test.each(rows)('$name: $row.activityDisplayName is understood or kept aside', ({ row }) => {
    const parsed = parseAuditRecord(withoutNotes(row));
    if (isUnparsable(parsed)) {
      expect(parsed.reason).toMatch(/^(id|activityDateTime): /);
      return;
    }
    const verdict = recognise(parsed, { muted: new Set(), extra: new Set() });
    expect(verdict.why).not.toBe('');
    if ('changes' in verdict) expect(verdict.changes.length).toBeGreaterThan(0);
  });
});
