import type { SecurityInfoChange } from '../recognise/change.ts';
import { homeName } from '../recognise/initiator.ts';
import type { Notification } from './notification.ts';

/** Under what a change, or a notification that may tell of it, is found: its person's id and name, and its rows. */
export const namesOf = (change: SecurityInfoChange): string[] => [
  ...personNames(change.target),
  ...(change.evidence ?? []).flatMap(({ correlationId }) =>
    correlationId ? [`row ${correlationId}`] : [],
  ),
];

/** All names of a notification, each once. */
export const namesIn = ({
  target,
  changes,
}: Pick<Notification, 'target' | 'changes'>): Set<string> =>
  new Set([...personNames(target), ...changes.flatMap(namesOf)]);

/** Somebody else's id, or an application's name: nobody changes many users as one of them. */
export function makerOf({ initiator }: SecurityInfoChange): string | undefined {
  const own = initiator.kind === 'self' || initiator.kind === 'system';
  const name = initiator.kind === 'application' ? initiator.name : undefined;
  return own ? undefined : (initiator.id ?? name)?.toLowerCase();
}

const personNames = ({ id, userPrincipalName }: SecurityInfoChange['target']): string[] => [
  ...(id ? [`id ${id.toLowerCase()}`] : []),
  ...(userPrincipalName ? [`upn ${homeName(userPrincipalName)}`] : []),
];
