import { en } from 'zod/locales';
import * as z from 'zod/mini';
import { mendRecord } from './mendRecord.ts';

/** Longest text kept of any one field: no real row comes near, and memory stays bounded. */
const longestText = 32_768;
/** Values of properties are JSON, which a cut makes unreadable: they have more room. */
const longestValue = 1_000_000;
const text = z.string().check(z.maxLength(longestText));
const optionalText = z.nullish(text);
const optionalValue = z.nullish(z.string().check(z.maxLength(longestValue)));

/** 30 February and 24:00 are read as another time, under which the ledger would not find its row. */
function exists(time: string): boolean {
  const read = new Date(time);
  const [day, hour] = [Number(time.slice(8, 10)), Number(time.slice(11, 13))];
  return !Number.isNaN(read.getTime()) && read.getUTCDate() === day && read.getUTCHours() === hour;
}

const property = z.object({
  displayName: optionalText,
  oldValue: optionalValue,
  newValue: optionalValue,
});

const target = z.pipe(
  z.object({
    id: optionalText,
    displayName: optionalText,
    userPrincipalName: optionalText,
    type: optionalText,
    // Microsoft's own samples spell it both ways.
    Type: optionalText,
    modifiedProperties: z.nullish(z.array(property)),
  }),
  z.transform(({ Type, ...rest }) => ({ ...rest, type: rest.type ?? Type })),
);

const schema = z.object({
  id: z.string().check(z.minLength(1)).check(z.maxLength(1024)),
  activityDateTime: z.pipe(
    z
      .string()
      .check(
        z.regex(
          /^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(Z|\+00:00)$/,
          'must be a UTC time such as 2026-11-24T03:03:12.1234567Z',
        ),
      )
      .check(z.refine(exists, 'must be a time that exists')),
    z.transform((time) => time.replace('+00:00', 'Z')),
  ),
  activityDisplayName: text,
  loggedByService: optionalText,
  category: optionalText,
  result: optionalText,
  resultReason: optionalText,
  correlationId: optionalText,
  initiatedBy: z.nullish(
    z.object({
      user: z.nullish(
        z.object({
          id: optionalText,
          displayName: optionalText,
          userPrincipalName: optionalText,
          ipAddress: optionalText,
        }),
      ),
      app: z.nullish(
        z.object({
          appId: optionalText,
          displayName: optionalText,
          servicePrincipalId: optionalText,
        }),
      ),
    }),
  ),
  targetResources: z.nullish(z.array(target)),
  additionalDetails: z.nullish(z.array(z.object({ key: optionalText, value: optionalText }))),
});

/** One row of directoryAudits, as far as we use it. Source: Graph docs, "directoryAudit". */
export type AuditRecord = z.output<typeof schema>;

/** A row that could not be parsed: the field at fault, and its raw text cut to 4,096 characters. */
export interface Unparsable {
  readonly reason: string;
  readonly raw: string;
}

/** The properties asked of Graph. */
export const auditProperties = Object.keys(schema.shape);

/** Parses one row; never throws. What Graph's metadata allows beyond its usual shape is mended first. */
export function parseAuditRecord(row: unknown): AuditRecord | Unparsable {
  const usual = schema.safeParse(row);
  if (usual.success) return usual.data;
  const parsed = schema.safeParse(mendRecord(row), { error: en().localeError });
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
