import {
  type AuditRecord,
  isUnparsable,
  parseAuditRecord,
  type Unparsable,
  unparsable,
} from '../recognise/record.ts';
import type { AuditPage } from './pages.ts';
import type { Watched } from './watched.ts';

/** What a batch of events holds, in the order of activityDateTime. */
interface AuditEvents extends AuditPage {
  /** Records of other logs, and of activities that a poll does not ask for. */
  readonly passedOver: number;
}

/**
 * Reads a batch of events as Entra's diagnostic settings send them: each is `{"records":[…]}`, one
 * such record, or the JSON text or bytes of either. Source: Microsoft Entra docs, "Stream activity
 * logs to an event hub". What can't be read is among the unparsable. Pure. Never throws.
 */
export function readEvents(events: unknown, watched: Watched): AuditEvents {
  const records: AuditRecord[] = [];
  const aside: Unparsable[] = [];
  let passedOver = 0;
  for (const record of (Array.isArray(events) ? events : [events]).flatMap(recordsOf)) {
    const read = readRecord(record, watched);
    if (read === undefined) passedOver += 1;
    else if (isUnparsable(read)) aside.push(read);
    else records.push(read);
  }
  return { records: inOrder(records), unparsable: aside, passedOver };
}

/** By time, each read once: sorting compares a record some ten times. */
function inOrder(records: readonly AuditRecord[]): AuditRecord[] {
  const timed = records.map((record) => ({ record, at: Date.parse(record.activityDateTime) }));
  return timed.sort((one, other) => one.at - other.at).map(({ record }) => record);
}

/** The records of one event; what is no event stays itself, and is not a record either. */
function recordsOf(event: unknown): readonly unknown[] {
  const value = decode(event);
  if (Array.isArray(value)) return value;
  const { records } = Object(value) as { records?: unknown };
  return Array.isArray(records) ? records : [value];
}

/** JSON of JSON was seen where an event passed through other hands. */
const mostLayers = 2;

function decode(given: unknown): unknown {
  let value = given instanceof Uint8Array ? Buffer.from(given).toString('utf8') : given;
  for (let layer = 0; typeof value === 'string' && layer < mostLayers; layer += 1) {
    try {
      value = JSON.parse(value.trim());
    } catch {
      return value;
    }
  }
  return value;
}

type Fields = Readonly<Record<string, unknown>>;

const isText = (value: unknown): value is string | null | undefined =>
  value == null || typeof value === 'string';

/**
 * One record of the audit log; undefined where it is of another log, or not watched. Every row of every log
 * comes here, and nearly all go no further: what tells them is read without a schema.
 */
function readRecord(record: unknown, watched: Watched): AuditRecord | Unparsable | undefined {
  const { category, properties } = Object(record) as Fields;
  if (typeof category !== 'string') {
    return unparsable('event: is no record of Azure Monitor', record);
  }
  if (category.toLowerCase() !== 'auditlogs') return undefined;
  const row = decode(properties);
  const { loggedByService: service, activityDisplayName: activity } = Object(row) as Fields;
  const known = isText(service) && isText(activity) && (service || activity);
  if (known && !watched(service ?? '', activity ?? '')) return undefined;
  return parseAuditRecord(asGraphGivesIt(row));
}

/** This door writes the word None where Graph leaves a reason out. */
function asGraphGivesIt(row: unknown): unknown {
  const { resultReason } = Object(row) as { resultReason?: unknown };
  return resultReason === 'None' ? { ...Object(row), resultReason: null } : row;
}
