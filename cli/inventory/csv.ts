import { plain } from '../printable.ts';
import type { Assessed, Passkey } from './assess.ts';
import {
  bindingWords,
  concernWords,
  kindWords,
  lookWords,
  modelWords,
  placeWords,
  proofWords,
  standingWords,
} from './words.ts';

/**
 * A cell that no spreadsheet takes for a formula, and that ends where it ends: names of people and keys are
 * anybody's. Signs that begin a formula get an apostrophe before them, in full width as well. Source: OWASP,
 * "CSV Injection".
 */
export function cell(text: string): string {
  const flat = plain(text).trim();
  const safe = /^[=+\-@＝＋－＠]/.test(flat) ? `'${flat}` : flat;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** What Excel needs to read UTF-8. */
const mark = '\uFEFF';

/** Lines of a CSV (RFC 4180), one after the other: of a million people no text is made at once. */
function* lines(head: readonly string[], rows: Iterable<readonly string[]>): Generator<string> {
  yield `${mark}${head.map(cell).join(',')}\r\n`;
  for (const row of rows) yield `${row.map(cell).join(',')}\r\n`;
}

function* mapped<T, R>(items: readonly T[], map: (item: T) => R): Generator<R> {
  for (const item of items) yield map(item);
}

const yes = (is: boolean) => (is ? 'yes' : 'no');

const whoHead = ['object id', 'user principal name', 'name', 'administrator', 'guest'];
const who = ({ person }: Assessed): string[] => [
  person.id,
  person.userPrincipalName,
  person.name,
  yes(person.isAdmin),
  yes(person.isGuest),
];

const peopleHead = [
  ...whoHead,
  'best method',
  'look at',
  'methods',
  'methods in the report’s words',
  'passkeys looked at',
  'models',
  'advisories',
  'report of',
  'looked at',
];

/** A line for each person. */
export const peopleCsv = (people: readonly Assessed[]): Generator<string> =>
  lines(peopleHead, mapped(people, personCells));

const personCells = (one: Assessed): string[] => {
  const { person, standing, concerns, passkeys } = one;
  return [
    ...who(one),
    standingWords[standing],
    concerns.map((concern) => concernWords[concern].says).join('; '),
    kindWords(one).join('; '),
    person.kinds.join('; '),
    person.look && 'methods' in person.look ? `${passkeys.length}` : '',
    [...new Set(passkeys.map(modelWords))].join('; '),
    [...new Set(passkeys.flatMap(({ advisories }) => advisories))].join('; '),
    person.asOf,
    lookWords(one),
  ];
};

const passkeysHead = [
  ...whoHead,
  'passkey',
  'model',
  'AAGUID',
  'kept in',
  'attested',
  'bound',
  'advisories',
  'look at',
  'created',
  'last used',
];

/** A line for each passkey that was looked at. */
export const passkeysCsv = (people: readonly Assessed[]): Generator<string> =>
  lines(passkeysHead, keysOf(people));

function* keysOf(people: readonly Assessed[]): Generator<string[]> {
  for (const one of people) {
    for (const passkey of one.passkeys) yield [...who(one), ...passkeyCells(passkey)];
  }
}

const passkeyCells = (passkey: Passkey): string[] => {
  const { method, claim, advisories } = passkey;
  return [
    method.passkey?.name ?? '',
    modelWords(passkey),
    claim.authenticator?.aaguid ?? '',
    placeWords(passkey),
    proofWords[claim.proof],
    bindingWords[claim.binding],
    advisories.join('; '),
    claim.warning ? concernWords[claim.warning].says : '',
    method.createdAt ?? '',
    method.lastUsedAt ?? '',
  ];
};
