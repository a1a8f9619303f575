import type { Initiator, SecurityInfoChange } from '../audit/change.ts';
import { samePerson } from '../audit/initiator.ts';

/** Rows of one change are written within this time of each other. */
export const sameChangeMs = 60_000;

/**
 * Whether two rows tell of one change: same person, method and action within a minute, unless they
 * name different keys or passes. Not by correlation id: rows of one change have been seen with
 * several, and one id covers many people in a bulk job.
 */
export function isSameChange(one: SecurityInfoChange, other: SecurityInfoChange): boolean {
  return (
    one.method === other.method &&
    one.action === other.action &&
    samePerson(one.target, other.target) === true &&
    Math.abs(Date.parse(one.time) - Date.parse(other.time)) <= sameChangeMs &&
    !differ(one.details.passkey?.aaguid, other.details.passkey?.aaguid) &&
    !differ(one.details.temporaryAccessPass?.start, other.details.temporaryAccessPass?.start)
  );
}

const differ = (one: string | undefined, other: string | undefined) =>
  one !== undefined && other !== undefined && one !== other;

const rank: Record<Initiator['kind'], number> = {
  self: 2,
  administrator: 2,
  application: 2,
  system: 1,
  unknown: 0,
};

/** A change with the facts that another row of it adds. What is known already stays. */
export function enrich(
  change: SecurityInfoChange,
  sibling: SecurityInfoChange,
): SecurityInfoChange {
  const better = rank[sibling.initiator.kind] > rank[change.initiator.kind];
  return {
    ...sibling,
    ...change,
    target: { ...sibling.target, ...change.target },
    initiator: better ? sibling.initiator : change.initiator,
    details: { ...sibling.details, ...change.details },
  };
}

/**
 * Whether a change must not wait behind others: somebody else made it, or it is a Temporary Access
 * Pass, or nobody knows what it is.
 */
export const isUrgent = ({ method, initiator }: SecurityInfoChange): boolean =>
  method === 'temporaryAccessPass' ||
  method === 'unknown' ||
  initiator.kind === 'administrator' ||
  initiator.kind === 'application';
