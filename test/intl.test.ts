import { afterEach, expect, test, vi } from 'vitest';
import { canonicalZone, dates, offsetName, onClockOf, zoneName } from '../functions/intl.ts';
import { timeLines } from '../functions/mail/time.ts';
import { wordsFor } from '../functions/mail/words.ts';

afterEach(() => vi.restoreAllMocks());

const zones = Intl.supportedValuesOf('timeZone');
const style = { dateStyle: 'full', timeStyle: 'short' } as const;

test('a zone’s clock shows what Intl shows for the zone, in every zone and around every change of clocks', () => {
  const start = Date.parse('2026-01-01T00:30:00Z');
  const times = Array.from({ length: 12 }, (_, month) => start + month * 30 * 86_400_000);
  const changes = [
    '2026-03-29T00:59:59Z',
    '2026-03-29T01:00Z',
    '2026-10-25T00:30Z',
    '2026-10-25T01:30Z',
  ];
  times.push(...changes.map((text) => Date.parse(text)));
  const differ = zones.filter((timeZone) => {
    const direct = new Intl.DateTimeFormat('en', { ...style, timeZone });
    return times.some((one) => {
      const time = new Date(one);
      return dates('en', style).format(onClockOf(timeZone, time)) !== direct.format(time);
    });
  });
  expect(differ).toEqual([]);
});

test.each(['de', 'ja', 'ar', 'th', 'fa', 'hi', 'en-GB'])(
  'and in the calendar and digits of %s',
  (locale) => {
    const time = new Date('2026-11-24T23:45:10Z');
    for (const timeZone of ['Asia/Kathmandu', 'America/St_Johns', 'Pacific/Kiritimati', 'UTC']) {
      const direct = new Intl.DateTimeFormat(locale, { ...style, timeZone });
      expect(dates(locale, style).format(onClockOf(timeZone, time))).toBe(direct.format(time));
    }
  },
);

test.each([
  ['Europe/Berlin', '2026-07-01T00:00:00Z', 'GMT+2'],
  ['America/St_Johns', '2026-01-01T00:00:00Z', 'GMT-3:30'],
  ['UTC', '2026-01-01T00:00:00Z', 'GMT+0'],
  // Until 1972 by 44 minutes and 30 seconds.
  ['Africa/Monrovia', '1971-01-01T00:00:00Z', 'GMT-0:44:30'],
])('%s at %s is %s', (zone, time, name) => {
  expect(offsetName(zone, new Date(time))).toBe(name);
  expect(onClockOf(zone, new Date(time)).toISOString().slice(0, 19)).toBe(
    new Date(time).toLocaleString('sv', { timeZone: zone }).replace(' ', 'T'),
  );
});

test('no formatter is made for a language and a zone together, but to ask what the zone is called', () => {
  const make = vi.spyOn(Intl, 'DateTimeFormat');
  const languages = ['en', 'de', 'fr', 'ja', 'es', 'it', 'pl', 'sv', 'ko', 'tr'];
  const some = zones.filter((_, index) => index % 10 === 0);
  const write = () => {
    for (const language of languages) {
      for (const zone of some)
        timeLines(new Date('2026-11-24T09:00:00Z'), zone, wordsFor(language));
    }
  };
  write();
  const kept = make.mock.calls.filter(([, options]) => options?.timeZoneName !== 'longGeneric');
  expect(kept.length).toBeLessThanOrEqual(5 * languages.length + 2 * some.length);
  make.mockClear();
  write();
  expect(make).not.toHaveBeenCalled();
});

test('a zone that is none is refused', () => {
  expect(() => onClockOf('Contoso/Nowhere', new Date())).toThrow(RangeError);
  expect(() => canonicalZone('Contoso/Nowhere')).toThrow(RangeError);
  expect(() => zoneName('en', 'Contoso/Nowhere')).toThrow(RangeError);
});
