import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  countryZones,
  countryZonesFile,
  timeZonesPage,
  windowsZonesFile,
} from '../../tools/timeZones.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('the table and its page are those of the CLDR release in package-lock.json (npm run docs)', () => {
  expect(read('functions/people/countryZones.json')).toBe(countryZonesFile());
  expect(read('functions/people/windowsZones.json')).toBe(windowsZonesFile());
  expect(read('docs/time-zones.md')).toBe(timeZonesPage());
});

test('every zone is one that Intl knows, by the name that maps have', () => {
  const windows: { zones: Record<string, string> } = JSON.parse(windowsZonesFile());
  const zones = [...Object.values(countryZones()).flat(), ...Object.values(windows.zones)];
  for (const timeZone of zones)
    expect(() => new Intl.DateTimeFormat('en', { timeZone })).not.toThrow();
  expect(zones.join(' ')).not.toMatch(
    /Kiev|Asmera|Calcutta|Katmandu|Rangoon|Saigon|Godthab|Truk|Faeroe/,
  );
});
