import { en } from 'zod/locales';
import type * as z from 'zod/mini';
import { auditRow } from './auditRow.ts';
import { mendRecord } from './mendRecord.ts';

/** One row of directoryAudits, as far as we use it. Source: Graph docs, "directoryAudit". */
export type AuditRecord = z.output<ReturnType<typeof auditRow>>;

/** A row that could not be parsed: the field at fault, and its raw text cut to 4,096 characters. */
export interface Unparsable {
  readonly reason: string;
  readonly raw: string;
}

/** The properties asked of Graph. */
export const auditProperties = [
  'id',
  'activityDateTime',
  'activityDisplayName',
  'loggedByService',
  'category',
  'result',
  'resultReason',
  'correlationId',
  'initiatedBy',
  'targetResources',
  'additionalDetails',
] as const satisfies readonly (keyof AuditRecord)[];

/** Rows of one process after which compiling their schema pays. Measured: docs/scale.md. */
const worthCompiling = 400;
let reader = auditRow;
let rows = 0;

/** Has the rows of the next page read by generated code, which few processes need and none needs at first. */
async function compile(): Promise<void> {
  const { compiled } = await import('../compile.ts');
  const schema = compiled(auditRow());
  reader = () => schema;
}

/** Parses one row; never throws. What Graph's metadata allows beyond its usual shape is mended first. */
export function parseAuditRecord(row: unknown): AuditRecord | Unparsable {
  rows += 1;
  // Where it can't be loaded, rows are read as before.
  if (rows === worthCompiling) compile().catch(() => {});
  const usual = reader().safeParse(row);
  if (usual.success) return usual.data;
  const parsed = reader().safeParse(mendRecord(row), { error: en().localeError });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.map(String).join('.') || 'record';
  return unparsable(`${field}: ${issue?.message ?? 'is not an audit record'}`, row);
}

/** What is kept of a row that could not be parsed. */
export const unparsable = (reason: string, row: unknown): Unparsable => ({
  reason: reason.slice(0, 500),
  raw: write(row).slice(0, 4096).toWellFormed(),
});

/** What was given, as text. What is nested too deeply can be read and not written. */
function write(row: unknown): string {
  try {
    return JSON.stringify(row) ?? String(row);
  } catch {
    return 'nested too deeply to be written';
  }
}

/** Tells the two results of `parseAuditRecord` apart. */
export const isUnparsable = (parsed: AuditRecord | Unparsable): parsed is Unparsable =>
  'reason' in parsed && 'raw' in parsed;
