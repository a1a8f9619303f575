import { catalogue, openServices, wholeServices } from './catalogue.ts';
import type { CatalogueEntry } from './catalogueEntry.ts';
import { normalise } from './normalise.ts';
import type { AuditRecord } from './record.ts';

const exact = new Map<string, CatalogueEntry>();
const prefixes: [string, CatalogueEntry][] = [];
for (const entry of Object.values(catalogue).flat()) {
  const activity = normalise(entry.activity);
  if (activity.endsWith('*')) prefixes.push([activity.slice(0, -1), entry]);
  else exact.set(activity, entry);
}

/** The catalogue's entry for a normalised activity name. */
export const lookUpActivity = (activity: string): CatalogueEntry | undefined =>
  exact.get(activity) ?? prefixes.find(([prefix]) => activity.startsWith(prefix))?.[1];

const open = new Set(openServices.map(normalise));
const noWords = /^(get|post|patch|dsr)\b|start|cancel|review|fail/;

/** An activity nobody has listed yet, of a service that changes people's methods. */
export function mayBeNew(record: AuditRecord, activity: string): boolean {
  const usual = !record.category || normalise(record.category) === 'usermanagement';
  return usual && open.has(normalise(record.loggedByService)) && !noWords.test(activity);
}

/** Core Directory writes far too much to read all of it: these activities are asked for by name. */
export const namedActivities: readonly string[] = Object.entries(catalogue)
  .filter(([service]) => !wholeServices.includes(service))
  .flatMap(([, entries]) => entries)
  .filter(({ telling }) => telling === 'always' || telling === 'companion')
  .map(({ activity }) => activity);
