import { canonicalZone } from '../intl.ts';
import table from './countryZones.json' with { type: 'json' };

/** The usual zone of each country that has one, then its others. */
const zonesOf: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(table.zones).map(([country, zones]) => [country, zones.split(' ')]),
);

/**
 * The time zone to tell a person's times in: the one that their mailbox is set to; else the usual one
 * of their usage location (ISO 3166-1 alpha-2), else the organisation's; that of the organisation too
 * where it is one of the country's.
 */
export function timeZoneFor(
  usageLocation: string | null | undefined,
  fallback: string,
  mailboxZone?: string,
): string {
  if (mailboxZone) return mailboxZone;
  const zones = zonesOf.get(usageLocation?.toUpperCase() ?? '') ?? [];
  return zones.some((zone) => sameZone(zone, fallback)) ? fallback : (zones[0] ?? fallback);
}

/** Two spellings of one zone are the same: `Europe/Kyiv` and `Europe/Kiev`. */
const sameZone = (one: string, other: string) => canonicalZone(one) === canonicalZone(other);
