import { expect, test } from 'vitest';
import { timeZoneFor } from '../../functions/people/timeZone.ts';

test.each([
  ['DE', 'Europe/Berlin'],
  ['es', 'Europe/Madrid'],
  ['PT', 'Europe/Lisbon'],
  ['UA', 'Europe/Kyiv'],
  ['CN', 'Asia/Shanghai'],
  ['NZ', 'Pacific/Auckland'],
  ['CL', 'America/Santiago'],
  ['EC', 'America/Guayaquil'],
  ['ID', 'Asia/Jakarta'],
  ['CD', 'Africa/Kinshasa'],
  ['MN', 'Asia/Ulaanbaatar'],
  ['GL', 'America/Nuuk'],
  ['XK', 'Europe/Belgrade'],
  ['ER', 'Africa/Asmara'],
  ['IN', 'Asia/Kolkata'],
  ['VN', 'Asia/Ho_Chi_Minh'],
  ['AR', 'America/Argentina/Buenos_Aires'],
])('people in %s read the clock of %s', (country, zone) => {
  expect(timeZoneFor(country, 'Asia/Tokyo')).toBe(zone);
});

test.each([
  'US',
  'CA',
  'BR',
  'MX',
  'AU',
  'RU',
  'AQ',
  'ZZ',
  'x',
  '',
  'constructor',
  null,
  undefined,
])('where a country has no one clock, it is the organisation’s: %s', (country) => {
  expect(timeZoneFor(country, 'America/Chicago')).toBe('America/Chicago');
});

test('the organisation’s own zone wins within its country, however it is spelt', () => {
  expect(timeZoneFor('ES', 'Atlantic/Canary')).toBe('Atlantic/Canary');
  expect(timeZoneFor('UA', 'Europe/Kiev')).toBe('Europe/Kiev');
  expect(timeZoneFor('ID', 'Asia/Jayapura')).toBe('Asia/Jayapura');
});

test('the clock that somebody set in their mailbox is theirs, wherever they are', () => {
  expect(timeZoneFor('DE', 'Europe/Berlin', 'Asia/Tokyo')).toBe('Asia/Tokyo');
  expect(timeZoneFor(null, 'Europe/Berlin', undefined)).toBe('Europe/Berlin');
});
