import { keyActivities, propertyAccompanies } from './accompanies.ts';
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

const nothing: ReadonlySet<string> = new Set();
const relations = new Map<string, ReadonlySet<string>>();
for (const { activity, accompanies } of Object.values(catalogue).flat()) {
  if (accompanies) relations.set(normalise(activity), new Set(accompanies.map(normalise)));
}
for (const [property, activities] of Object.entries(propertyAccompanies)) {
  relations.set(`update user#${property}`, new Set(activities.map(normalise)));
}

/** The property that stands for keys of several methods, of which it names the first. */
export const keyProperty = 'update user#SearchableDeviceKey';
const keyKinds = new Set(keyActivities.map(normalise));

/** Whether a kind of row names which method a key is of. */
export const namesKeys = (kind: string): boolean => keyKinds.has(kind);

/** The kinds of rows that one of a kind accompanies; of "Update user" by its property. */
export const accompanied = (kind: string): ReadonlySet<string> =>
  relations.get(kind) ?? relations.get(kind.replace(/#.*$/, '')) ?? nothing;

const open = new Set(openServices.map(normalise));
const whole = new Set(wholeServices.map(normalise));
// Whole beginnings of words: "(preview)" is no review.
const noWords = /^(get|post|patch|dsr)\b|\b(start|cancel|review|fail|progress|block)/;
const credentialWords = /credential|passkey|fido|security key|security info|password/;

/** An activity nobody has listed yet, of a service that changes people's methods. */
export function mayBeNew(record: AuditRecord, activity: string): boolean {
  const service = normalise(record.loggedByService);
  const usual = !record.category || normalise(record.category) === 'usermanagement';
  const about = open.has(service) || (whole.has(service) && credentialWords.test(activity));
  return usual && about && !noWords.test(activity);
}

/** Core Directory writes far too much to read all of it: these activities are asked for by name. */
export const namedActivities: readonly string[] = Object.entries(catalogue)
  .filter(([service]) => !wholeServices.includes(service))
  .flatMap(([, entries]) => entries)
  .filter(({ telling }) => telling === 'always' || telling === 'companion')
  .map(({ activity }) => activity);
