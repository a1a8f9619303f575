import type { Person } from './directory.ts';

/** Settings that decide about whom anything is told at all: ids and patterns in lower case. */
export interface ScopeSettings {
  readonly INCLUDED_USERS: readonly string[];
  readonly INCLUDED_GROUPS: readonly string[];
  readonly EXCLUDED_USERS: readonly string[];
  readonly EXCLUDED_GROUPS: readonly string[];
  readonly NOTIFY_GUESTS: boolean;
}

/** Somebody, by what settings can name: a former user has no type and no groups. */
export type ScopedPerson = Pick<Person, 'id' | 'userPrincipalName' | 'userType' | 'groups'>;

/** Why a setting leaves somebody out. */
type OutOfScope = 'excludedUser' | 'excludedGroup' | 'notInPilot' | 'guest';

/**
 * Why nothing is told about a person, or undefined where they are told. Excluded wins over
 * included; where nobody is included by name or group, everybody is. Pure.
 */
export function outOfScope(person: ScopedPerson, settings: ScopeSettings): OutOfScope | undefined {
  const { INCLUDED_USERS, INCLUDED_GROUPS, EXCLUDED_USERS, EXCLUDED_GROUPS } = settings;
  if (isNamed(person, EXCLUDED_USERS)) return 'excludedUser';
  if (belongsTo(person, EXCLUDED_GROUPS)) return 'excludedGroup';
  const pilot = INCLUDED_USERS.length + INCLUDED_GROUPS.length > 0;
  const included = isNamed(person, INCLUDED_USERS) || belongsTo(person, INCLUDED_GROUPS);
  if (pilot && !included) return 'notInPilot';
  const isGuest = person.userType?.toLowerCase() === 'guest';
  return isGuest && !settings.NOTIFY_GUESTS ? 'guest' : undefined;
}

/** Whether a person belongs, directly or not, to one of these groups. */
export const belongsTo = ({ groups }: Pick<Person, 'groups'>, ids: readonly string[]): boolean =>
  ids.some((id) => groups?.has(id));

function isNamed({ id, userPrincipalName }: ScopedPerson, names: readonly string[]): boolean {
  const upn = userPrincipalName?.toLowerCase() ?? '';
  return names.some((name) => name === id.toLowerCase() || (upn !== '' && matches(name, upn)));
}

/** `*` stands for any text. Without it, the whole name must be the same. */
function matches(pattern: string, upn: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return upn === first;
  if (!upn.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = upn.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return upn.length - last.length >= at && upn.endsWith(last);
}
