import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { explain } from '../../functions/recognise/explain.ts';
import { normalise } from '../../functions/recognise/normalise.ts';

// A folder of exported directoryAudits, one JSON array a file: somebody else's, or your tenant's.
const folder = process.env['AUDIT_CORPUS'];

interface ExportedRow {
  readonly id?: string | null;
  readonly activityDateTime?: string | null;
  readonly result?: string | null;
  readonly resultReason?: string | null;
  readonly activityDisplayName?: string;
  readonly loggedByService?: string | null;
}

const rules = { muted: new Set<string>(), extra: new Set<string>() };

/** Exports that people publish are cut: what every row has is filled in, notes are left out. */
const completed = (row: ExportedRow, index: number) => ({
  ...Object.fromEntries(Object.entries(row).filter(([key]) => !key.startsWith('_'))),
  id: row.id ?? `corpus_${index}`,
  activityDateTime: row.activityDateTime ?? '2026-11-24T09:00:00Z',
  result: row.result ?? 'success',
});

/** What rows of these words mean, wherever they come from: the method that they name. */
const known: Readonly<Record<string, string>> = {
  'user registered security info / user registered app password': 'appPassword',
  'user registered security info / user registered fido2 authentication method': 'passkey',
  'user registered security info / user registered temporary access pass method':
    'temporaryAccessPass',
  'user registered security info / user registered security info': 'unknown',
  'admin registered security info / admin registered temporary access pass method for user':
    'temporaryAccessPass',
  'admin registered security info / admin registered phone method for user': 'phone',
  'admin deleted security info / admin required re-registration of mfa authentication methods':
    'phone',
  'add passkey (device-bound) / ': 'passkey',
  'change user password / ': 'password',
  'reset password (by admin) / none': 'password',
};

describe.skipIf(!folder)('exported audit records in AUDIT_CORPUS', () => {
  const files = folder ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  const rows = files.flatMap((name) => {
    const content: unknown = JSON.parse(readFileSync(join(folder ?? '', name), 'utf8'));
    const list = Array.isArray(content) ? (content as ExportedRow[]) : [];
    return list.filter((row) => 'activityDisplayName' in row).map((row) => ({ name, row }));
  });

  test('are there', () => expect(rows.length).toBeGreaterThan(0));

  test.each(rows.map((one, index) => ({ ...one, index })))(
    '$name: $row.activityDisplayName is understood',
    ({ row, index, name }) => {
      const explanation = explain(completed(row, index), rules);
      if (!explanation.parsed) throw new Error(explanation.reason);
      expect(explanation.why).not.toBe('');
      const words = `${normalise(row.activityDisplayName)} / ${normalise(row.resultReason)}`;
      const method = known[words];
      if (method) expect(explanation.named.method).toBe(method);
      if (name.startsWith('unrelated')) expect(explanation.changes).toEqual([]);
      if (name.includes('no-change')) expect(explanation.verdict).not.toBe('change');
    },
  );
});
