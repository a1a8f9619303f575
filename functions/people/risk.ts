import { isUrgent } from '../intake/sameChange.ts';
import type { SecurityInfoChange } from '../recognise/change.ts';
import type { Person } from './directory.ts';
import { belongsTo } from './scope.ts';

/**
 * Whether changes of a person are risky: somebody else made one, or it is a Temporary Access Pass,
 * or nobody knows what it is, or the person is in a watched group. Decides about copies. Pure.
 */
export const isRisky = (
  changes: readonly SecurityInfoChange[],
  person: Pick<Person, 'groups'>,
  watchedGroups: readonly string[],
): boolean => changes.some(isUrgent) || belongsTo(person, watchedGroups);
