// Build time only: `npm run docs` writes functions/people/countryZones.json and docs/time-zones.md anew
// from the CLDR release that package-lock.json holds.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The parts of cldr-core 48 that are read. Source: https://github.com/unicode-org/cldr-json */
interface Cldr {
  readonly version: { readonly _cldrVersion: string };
  readonly primaryZones: Readonly<Record<string, string>>;
  readonly windowsZones: {
    readonly mapTimezones: readonly {
      readonly mapZone: {
        readonly _other: string;
        readonly _territory: string;
        readonly _type: string;
      };
    }[];
  };
}

const read = (name: string): Cldr =>
  (require(`cldr-core/supplemental/${name}.json`) as { supplemental: Cldr }).supplemental;

const cldr = { ...read('windowsZones'), ...read('primaryZones') };

/** CLDR keeps the names that zones had first; maps and people have these. Source: tz database, `backward`. */
const renamed: Readonly<Record<string, string>> = {
  'Africa/Asmera': 'Africa/Asmara',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Catamarca': 'America/Argentina/Catamarca',
  'America/Cordoba': 'America/Argentina/Cordoba',
  'America/Godthab': 'America/Nuuk',
  'America/Jujuy': 'America/Argentina/Jujuy',
  'America/Mendoza': 'America/Argentina/Mendoza',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Enderbury': 'Pacific/Kanton',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
};

/** Our own choice where CLDR makes none: the clock of the capital, by which most of the country lives. */
const chosen: Readonly<Record<string, string>> = {
  CD: 'Africa/Kinshasa',
  FM: 'Pacific/Pohnpei',
  GL: 'America/Nuuk',
  ID: 'Asia/Jakarta',
  KI: 'Pacific/Tarawa',
  KZ: 'Asia/Almaty',
  MN: 'Asia/Ulaanbaatar',
  PF: 'Pacific/Tahiti',
  PG: 'Pacific/Port_Moresby',
  XK: 'Europe/Belgrade',
};

const modern = (zone: string): string => renamed[zone] ?? zone;

/** Every country's zones, in CLDR's order; of several Windows zones, one list each. */
function zonesByCountry(): Map<string, string[][]> {
  const zones = new Map<string, string[][]>();
  for (const { mapZone } of cldr.windowsZones.mapTimezones) {
    const { _territory: country, _type: names } = mapZone;
    if (!/^[A-Z]{2}$/.test(country) || country === 'ZZ') continue;
    const list = names.split(' ').flatMap((name) => (name ? modern(name) : []));
    zones.set(country, [...(zones.get(country) ?? []), list]);
  }
  return zones;
}

/**
 * The usual zone of each country, then its others. Countries that keep several times, and whose people
 * live by no one of them, are left out.
 */
export function countryZones(): Record<string, readonly string[]> {
  const all = zonesByCountry();
  const countries = [...new Set([...all.keys(), ...Object.keys(chosen)])].sort();
  return Object.fromEntries(
    countries.flatMap((country) => {
      const lists = all.get(country) ?? [];
      const only = lists.length === 1 ? lists[0]?.[0] : undefined;
      const primary = cldr.primaryZones[country];
      const usual = (primary && modern(primary)) ?? chosen[country] ?? only;
      if (!usual) return [];
      return [[country, [usual, ...lists.flat().filter((zone) => zone !== usual)]]];
    }),
  );
}

const about = `Made by tools/timeZones.ts from cldr-core ${cldr.version._cldrVersion} (Unicode-3.0 licence). Not edited by hand.`;

/** The text of `functions/people/countryZones.json`: one line a country. */
export function countryZonesFile(): string {
  const lines = Object.entries(countryZones()).map(
    ([country, zones]) => `    ${JSON.stringify(country)}: ${JSON.stringify(zones.join(' '))}`,
  );
  return `{\n  "about": ${JSON.stringify(about)},\n  "zones": {\n${lines.join(',\n')}\n  }\n}\n`;
}

/** The usual zone of each of Windows' own, by which mailboxes name theirs. */
function windowsZones(): Record<string, string> {
  const usual = cldr.windowsZones.mapTimezones.flatMap(({ mapZone }) =>
    mapZone._territory === '001' ? [[mapZone._other, modern(mapZone._type)] as const] : [],
  );
  return Object.fromEntries(usual.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** The text of `functions/people/windowsZones.json`: one line a zone. */
export function windowsZonesFile(): string {
  const lines = Object.entries(windowsZones()).map(
    ([windows, zone]) => `    ${JSON.stringify(windows)}: ${JSON.stringify(zone)}`,
  );
  return `{\n  "about": ${JSON.stringify(about)},\n  "zones": {\n${lines.join(',\n')}\n  }\n}\n`;
}

/** The page `time-zones.md`. */
export function timeZonesPage(): string {
  const names = new Intl.DisplayNames('en', { type: 'region' });
  const sourceOf = (country: string, zones: readonly string[]) => {
    if (cldr.primaryZones[country]) return 'CLDR’s primary zone';
    if (chosen[country]) return 'our choice';
    return zones.length > 1 ? 'one time' : 'one zone';
  };
  const table = Object.entries(countryZones());
  const rows = table.map(
    ([country, zones]) =>
      `| ${country} | ${names.of(country)} | \`${zones[0]}\` | ${sourceOf(country, zones)} |`,
  );
  const known = new Set(table.map(([country]) => country));
  const several = [...zonesByCountry().keys()].filter((country) => !known.has(country)).sort();
  return [
    '# Time zones: which clock a reader is told by',
    '',
    `Made by \`npm run docs\` from CLDR ${cldr.version._cldrVersion} (\`windowsZones\`, \`primaryZones\`).`,
    '',
    'A mail shows the time on the clock of its reader: that of their mailbox, where the app may read it',
    '(`MailboxSettings.Read`, optional: [permissions.md](permissions.md)); else that of their *usage location*,',
    'by this table; else that of `DEFAULT_TIME_ZONE`. Where that setting names another zone of the same country, it wins: an',
    'organisation on the Canary Islands sets `Atlantic/Canary`, and its people read that.',
    '',
    `Not in the table, since their people live by several times: ${several.map((country) => `${names.of(country)} (${country})`).join(', ')}. They read \`DEFAULT_TIME_ZONE\`. UTC stands beside every time.`,
    '',
    '| code | country | zone | why |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
