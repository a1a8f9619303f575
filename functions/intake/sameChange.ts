import type { Initiator, SecurityInfoChange } from '../recognise/change.ts';

const rank: Record<Initiator['kind'], number> = {
  administrator: 3,
  application: 3,
  self: 2,
  system: 1,
  unknown: 0,
};

/** How sure a row is of its method. */
const certainty = ({ held, vague, alternatives, method }: SecurityInfoChange) =>
  held ? 0 : vague ? 1 : method === 'unknown' ? 2 : alternatives ? 3 : 4;

/** A change with the facts that another row of it adds. What is known for certain stays. */
export function enrich(
  change: SecurityInfoChange,
  sibling: SecurityInfoChange,
): SecurityInfoChange {
  const better = rank[sibling.initiator.kind] > rank[change.initiator.kind];
  const surer = certainty(sibling) > certainty(change) ? sibling : change;
  const { method, held, vague, alternatives } = surer;
  const { held: _, vague: __, alternatives: ___, ...known } = { ...sibling, ...change };
  const initiator = better ? sibling.initiator : change.initiator;
  return {
    ...known,
    action: actionOf(change, sibling, surer),
    method,
    target: { ...sibling.target, ...change.target },
    initiator,
    details: { ...sibling.details, ...change.details },
    ...(held && { held }),
    ...(vague && { vague }),
    ...(alternatives && { alternatives }),
    evidence: together(change, sibling),
  };
}

/** The directory says updated where an app or a number is new to the user. */
function actionOf(one: SecurityInfoChange, other: SecurityInfoChange, surer: SecurityInfoChange) {
  const said = [one, other].flatMap(({ vague, action }) => (vague === 'all' ? [] : action));
  const both = said.includes('registered') && said.includes('updated');
  return both ? 'registered' : surer.action;
}

/** Evidence of both; bounded, since the same row may come again and again. */
const mostEvidence = 12;

const together = (change: SecurityInfoChange, sibling: SecurityInfoChange) => {
  const all = [...(change.evidence ?? []), ...(sibling.evidence ?? [])];
  const once = new Map(
    all.map((one) => [JSON.stringify([one.kind, one.words, one.correlationId, one.auditId]), one]),
  );
  return [...once.values()].slice(0, mostEvidence);
};

/**
 * Whether a change must not wait behind others: somebody else made it, or it is a Temporary Access
 * Pass, or nobody knows what it is, or the synchronisation reset a password, which it never needs to.
 */
export const isUrgent = ({ action, method, initiator, held }: SecurityInfoChange): boolean =>
  !held &&
  (method === 'temporaryAccessPass' ||
    method === 'unknown' ||
    initiator.kind === 'administrator' ||
    initiator.kind === 'application' ||
    (initiator.kind === 'system' && initiator.id !== undefined && action === 'passwordReset'));

/** Made by somebody or something that is not the user and not Microsoft. */
const byAnother = ({ kind }: Initiator) => kind === 'administrator' || kind === 'application';

const isPass = ({ method }: SecurityInfoChange) => method === 'temporaryAccessPass';

/** Whether a change is riskier than what was told of it: another maker, or a pass. */
export const isRiskier = (now: SecurityInfoChange, told: SecurityInfoChange): boolean =>
  (byAnother(now.initiator) && !byAnother(told.initiator)) || (isPass(now) && !isPass(told));

/** What of that a change is. */
export const riskOf = (change: SecurityInfoChange): string =>
  [byAnother(change.initiator) && 'another', isPass(change) && 'pass'].filter(Boolean).join(' ');
