import type { Evidence, SecurityInfoChange } from '../recognise/change.ts';
import { isWord } from './merge.ts';
import { enrich } from './sameChange.ts';

/** A change as it is known by now. */
export const current = (change: SecurityInfoChange): SecurityInfoChange => ({
  ...change,
  ...change.late,
});

/** A change without one of its rows. */
export const without = (change: SecurityInfoChange, out: Evidence): SecurityInfoChange => ({
  ...change,
  evidence: (change.evidence ?? []).filter((one) => one.auditId !== out.auditId),
});

/** What one row of a change tells, as a change of its own. */
export function asChange(change: SecurityInfoChange, row: Evidence): SecurityInfoChange {
  const { ipAddress: _, userAgent: __, correlationId: ___, late: ____, ...rest } = change;
  return {
    ...rest,
    auditId: row.auditId ?? change.auditId,
    time: row.time,
    initiator: row.recorder ? { kind: 'system' } : change.initiator,
    ...(row.correlationId && { correlationId: row.correlationId }),
    details: {},
    evidence: [row],
  };
}

/** Whether a change is told by the id and time of this row. */
export const isToldBy = ({ auditId, time }: SecurityInfoChange, row: Evidence): boolean =>
  row.auditId !== undefined && auditId.startsWith(row.auditId) && row.time === time;

/**
 * Two changes that were taken for one: the row by which the one is told stays with it, and the others go to
 * whom they belong more. What the rows add is that of the row with words. Pure.
 */
export function parted(
  told: SecurityInfoChange,
  own: Evidence,
  newcomer: SecurityInfoChange,
): { readonly kept: SecurityInfoChange; readonly gained: SecurityInfoChange } {
  const { late: _, confirmed: __, ...others } = without(told, own);
  if (!isWord(own)) return { kept: asChange(told, own), gained: enrich(newcomer, others) };
  const evidence = [...(newcomer.evidence ?? []), ...(others.evidence ?? [])];
  return { kept: { ...told, evidence: [own] }, gained: { ...newcomer, evidence } };
}
