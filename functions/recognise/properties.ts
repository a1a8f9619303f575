import { compareProperty, isCompared, type PropertyChange } from './compareProperty.ts';
import type { AuditRecord } from './record.ts';

/** What a row's modifiedProperties show. */
interface Differences {
  readonly changes: readonly PropertyChange[];
  /** Names of those that can't be read, as the row has them. */
  readonly unread: readonly string[];
}

/**
 * The changes that a row's modifiedProperties show. Most rows that hold these properties show none:
 * they are written at sign-in, with a new time or version. Never throws. Values are JSON inside a
 * JSON string.
 */
export function differencesIn(record: AuditRecord): Differences {
  const properties = (record.targetResources ?? []).flatMap((one) => one.modifiedProperties ?? []);
  const found: PropertyChange[] = [];
  const unread: string[] = [];
  for (const property of properties) {
    const name = property.displayName ?? '';
    if (!isCompared(name)) continue;
    const changes = compareProperty(name, property.oldValue, property.newValue);
    if (!changes) unread.push(name);
    for (const change of changes ?? []) add(found, change);
  }
  return { changes: found, unread };
}

/** Two properties of a row tell of the same phone or app: the list of methods, and their details. */
function add(found: PropertyChange[], change: PropertyChange) {
  const at = found.findIndex((one) => isSame(one, change));
  const one = found[at];
  if (!one) {
    found.push(change);
    return;
  }
  const certain = one.alternatives ? change : one;
  found[at] = {
    ...certain,
    details: { ...change.details, ...one.details },
    properties: [...(one.properties ?? []), ...(change.properties ?? [])],
    marks: [...new Set([...(one.marks ?? []), ...(change.marks ?? [])])],
  };
}

function isSame(one: PropertyChange, other: PropertyChange): boolean {
  const [type, otherType] = [one.details.phoneType, other.details.phoneType];
  return (
    one.action === other.action &&
    !(one.properties ?? []).some((name) => other.properties?.includes(name)) &&
    (one.method === other.method ||
      one.alternatives?.includes(other.method) === true ||
      other.alternatives?.includes(one.method) === true) &&
    (type === undefined || otherType === undefined || type === otherType)
  );
}
