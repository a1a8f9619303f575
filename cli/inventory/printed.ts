import { columns } from '../columns.ts';
import { plain } from '../printable.ts';
import { minuteOf, sectionText } from '../section.ts';
import type { Assessed } from './assess.ts';
import { caveats, headline, sectionsOf, standingRows } from './sections.ts';
import type { Totals } from './totals.ts';
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

/** The inventory for a terminal. Pure. */
export const printed = (totals: Totals): string =>
  [
    `Who can sign in with what, read up to ${minuteOf(totals.period.to)} UTC\n${headline(totals)}. Nothing was changed.`,
    ...[standingRows(totals), ...sectionsOf(totals)].map(sectionText),
    caveats(totals)
      .map((caveat) => `! ${plain(caveat)}`)
      .join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');

/** A line for each person who is to be looked at. Pure. */
export const namedLines = (people: readonly Assessed[]): string =>
  columns(
    people
      .filter(({ concerns }) => concerns.length > 0)
      .map(({ person, concerns, ...rest }) => [
        person.isAdmin ? 'administrator' : person.isGuest ? 'guest' : '',
        plain(person.userPrincipalName || person.id),
        concerns.map((concern) => concernWords[concern].says).join('; '),
        plain(kindWords({ person, concerns, ...rest }).join(', ')),
      ]),
  );

/** Everybody, for `--json --with-names`: personal data, and untrusted text. */
export const listed = (people: readonly Assessed[]) =>
  people.map((one) => ({
    id: one.person.id,
    userPrincipalName: one.person.userPrincipalName,
    name: one.person.name,
    administrator: one.person.isAdmin,
    guest: one.person.isGuest,
    best: standingWords[one.standing],
    concerns: one.concerns,
    methods: one.person.kinds,
    reportOf: one.person.asOf,
    looked: lookWords(one),
    passkeys: one.passkeys.map((passkey) => ({
      name: passkey.method.passkey?.name ?? null,
      model: modelWords(passkey),
      aaguid: passkey.claim.authenticator?.aaguid ?? null,
      place: placeWords(passkey),
      attested: proofWords[passkey.claim.proof],
      bound: bindingWords[passkey.claim.binding],
      warning: passkey.claim.warning ?? null,
      advisories: passkey.advisories,
      created: passkey.method.createdAt ?? null,
      lastUsed: passkey.method.lastUsedAt ?? null,
    })),
  }));
