import { updateUser, wholeServices } from '../recognise/catalogue.ts';
import { namedActivities } from '../recognise/lookUpActivity.ts';
import { normalise } from '../recognise/normalise.ts';

/** The activities that are asked for by name, with those that the settings add. */
export const watchedActivities = (extra: readonly string[]): string[] => [
  ...new Set([...namedActivities, ...extra]),
];

/** What the settings say about which rows of the log are read. */
interface WatchSettings {
  /** Activities, as Microsoft spells them, beside the catalogue's. */
  readonly extraActivities: readonly string[];
  readonly watchUpdateUser: boolean;
}

/** Tells of the service and activity of a row whether a poll would have asked for it. Pure. */
export type Watched = (service: string, activity: string) => boolean;

/** The same choice as the queries make, for a door where everything comes. */
export function watchedRows({ extraActivities, watchUpdateUser }: WatchSettings): Watched {
  const services = new Set(wholeServices.map(normalise));
  const names = [...watchedActivities(extraActivities), ...(watchUpdateUser ? [updateUser] : [])];
  const activities = new Set(names.map(normalise));
  return (service, activity) =>
    services.has(normalise(service)) || activities.has(normalise(activity));
}
