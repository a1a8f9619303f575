import type { CatalogueEntry } from './catalogueEntry.ts';
import type { Evidence, Method } from './change.ts';
import { marksOf, maskDigits } from './details.ts';
import { normalise } from './normalise.ts';
import type { AuditRecord } from './record.ts';

/** Of rows that name no method, and may mean nothing. */
export const heldKind = 'held';

/** The catalogue's name of what a row is, or its own. */
const kindOf = (entry: CatalogueEntry | undefined, record: AuditRecord): string =>
  normalise(entry?.activity ?? record.activityDisplayName).slice(0, 120);

/** What a row of words is as evidence of its change. */
export function evidenceOf(
  record: AuditRecord,
  entry: CatalogueEntry | undefined,
  method: Method,
  held: boolean,
): Evidence[] {
  const words = entry?.method ? '' : normalise(record.resultReason).slice(0, 120);
  const marks = marksOf(record, method);
  return [
    {
      kind: held ? heldKind : kindOf(entry, record),
      time: record.activityDateTime,
      ...correlated(record),
      ...(words && { words: maskDigits(words) }),
      ...(marks.length > 0 && { marks }),
    },
  ];
}

/** What a row is as evidence of a change that its properties show: one for each property. */
export const propertyEvidence = (
  record: AuditRecord,
  entry: CatalogueEntry | undefined,
  properties: readonly string[],
  marks: readonly string[],
): Evidence[] =>
  properties.map((property, index) => ({
    kind: `${kindOf(entry, record)}#${property}`,
    time: record.activityDateTime,
    ...correlated(record),
    ...(marks.length > 0 && index === 0 && { marks }),
  }));

const correlated = ({ id, correlationId }: AuditRecord) => ({
  auditId: id.slice(0, 100),
  ...(correlationId && { correlationId: correlationId.slice(0, 100) }),
});
