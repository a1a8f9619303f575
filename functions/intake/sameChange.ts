import type { Initiator, SecurityInfoChange } from '../recognise/change.ts';
import { samePerson } from '../recognise/initiator.ts';

/** Rows of one change are written within this time of each other. */
export const sameChangeMs = 60_000;

/**
 * Whether two rows tell of one change: same person, method and action within a minute, unless they
 * name different keys, numbers or makers. Not by correlation id: rows of one change have been seen
 * with several, and one id covers many people in a bulk job.
 */
export function isSameChange(one: SecurityInfoChange, other: SecurityInfoChange): boolean {
  return (
    one.action === other.action &&
    samePerson(one.target, other.target) === true &&
    distanceMs(one, other) <= sameChangeMs &&
    mayBeSameMethod(one, other) &&
    !differ(one.details.phoneType, other.details.phoneType) &&
    !differ(one.details.passkey?.aaguid, other.details.passkey?.aaguid) &&
    !differ(one.details.temporaryAccessPass?.start, other.details.temporaryAccessPass?.start) &&
    !madeByDifferentPeople(one.initiator, other.initiator)
  );
}

export const distanceMs = (one: SecurityInfoChange, other: SecurityInfoChange): number =>
  Math.abs(Date.parse(one.time) - Date.parse(other.time));

function mayBeSameMethod(one: SecurityInfoChange, other: SecurityInfoChange): boolean {
  // A row that names no method goes with any that does.
  if (one.held || other.held) return true;
  if (one.method === 'unknown' && other.method === 'unknown') {
    return !differ(one.details.text, other.details.text);
  }
  const methods = ({ method, alternatives = [] }: SecurityInfoChange) => [method, ...alternatives];
  // One certain row decides: two uncertain ones that merely overlap are of the same kind anyway.
  return methods(one).includes(other.method) || methods(other).includes(one.method);
}

const people: readonly Initiator['kind'][] = ['self', 'administrator'];

const madeByDifferentPeople = (one: Initiator, other: Initiator) =>
  people.includes(one.kind) && people.includes(other.kind) && samePerson(one, other) === false;

const differ = (one: string | undefined, other: string | undefined) =>
  one !== undefined && other !== undefined && one !== other;

const rank: Record<Initiator['kind'], number> = {
  self: 2,
  administrator: 2,
  application: 2,
  system: 1,
  unknown: 0,
};

/** A change with the facts that another row of it adds. What is known for certain stays. */
export function enrich(
  change: SecurityInfoChange,
  sibling: SecurityInfoChange,
): SecurityInfoChange {
  const better = rank[sibling.initiator.kind] > rank[change.initiator.kind];
  const { method, held, alternatives } = certainty(sibling) > certainty(change) ? sibling : change;
  const { held: _, alternatives: __, ...known } = { ...sibling, ...change };
  return {
    ...known,
    method,
    target: { ...sibling.target, ...change.target },
    initiator: better ? sibling.initiator : change.initiator,
    details: { ...sibling.details, ...change.details },
    ...(held && { held }),
    ...(alternatives && { alternatives }),
  };
}

/** How sure a row is of its method. */
const certainty = ({ held, alternatives }: SecurityInfoChange) => (held ? 0 : alternatives ? 1 : 2);

/**
 * Whether a change must not wait behind others: somebody else made it, or it is a Temporary Access
 * Pass, or nobody knows what it is.
 */
export const isUrgent = ({ method, initiator, held }: SecurityInfoChange): boolean =>
  !held &&
  (method === 'temporaryAccessPass' ||
    method === 'unknown' ||
    initiator.kind === 'administrator' ||
    initiator.kind === 'application');
