import { cleanIpAddress } from './sanitise.ts';
import { type FactRow, row } from './view.ts';
import { fill, standalone, type Words } from './words.ts';

// Most specific first: Edge calls itself Chrome, and Chrome calls itself Safari.
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS)\//, 'Chrome'],
  [/\bVersion\/.*\bSafari\//, 'Safari'],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\bWindows NT\b/, 'Windows'],
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMacintosh\b/, 'Mac'],
  [/\bLinux\b/, 'Linux'],
];

/** More of a user agent is not even read. */
const MOST_READ = 1_000;

/**
 * From where a change was made, and with what, in one row with its caveat. A user agent is written by
 * whoever sends it, so none of its own words are shown: browser and system by their makers' names
 * where both are known, else that we don't know it.
 */
export function originRow(
  {
    ipAddress,
    userAgent,
  }: { readonly ipAddress?: string | undefined; readonly userAgent?: string | undefined },
  words: Words,
): FactRow {
  const address = cleanIpAddress(ipAddress);
  const device = userAgent?.trim() ? deviceIn(userAgent, words) : '';
  const known = [address ? standalone(address, words) : '', device].filter((one) => one !== '');
  if (known.length === 0) return row(words.labels.origin, [words.notRecorded]);
  return row(words.labels.origin, [known.join(' · '), ...(address ? [words.origin.note] : [])]);
}

function deviceIn(userAgent: string, words: Words): string {
  const read = userAgent.slice(0, MOST_READ);
  const browser = BROWSERS.find(([pattern]) => pattern.test(read))?.[1];
  const system = SYSTEMS.find(([pattern]) => pattern.test(read))?.[1];
  return browser && system ? fill(words.device, { browser, system }) : words.origin.unknown;
}
