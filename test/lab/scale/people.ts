import { contosoPeople, objectId } from '../../../local/graph/contoso.ts';
import type { Person } from '../../../local/graph/person.ts';

const domain = 'contoso.example';
const peopleToAManager = 10;
/** Numbers of managers begin here, those of administrators at twice that. */
const firstManager = 100_000_000;
const firstAdministrator = 2 * firstManager;

const languages = ['en-US', 'de-DE', 'fr-FR', 'es-ES', 'ja-JP', 'nl-NL'];
const countries = ['US', 'DE', 'FR', 'ES', 'JP', 'NL'];

const someone = contosoPeople[0] as Person;

/** A person made from a number: a directory of any size takes no room. */
export function personOf(number: number): Person {
  const account = `user${number}`;
  return {
    ...someone,
    id: objectId(number),
    displayName: `Person ${number}`,
    mail: `${account}@${domain}`,
    userPrincipalName: `${account}@${domain}`,
    preferredLanguage: languages[number % languages.length] ?? null,
    usageLocation: countries[number % countries.length] ?? null,
    managerId: null,
  };
}

/** Administrators, for whom nobody is in copy. */
export const administratorOf = (number: number): Person => personOf(firstAdministrator + number);

/** Answers `GET /users/{id or UPN}` with the manager. Undefined for a number that nobody has. */
export function userAnswer(idOrUpn: string, withManager: boolean): object | undefined {
  const [, digits] = /^(?:c0a70500-7e4a-4c1d-9b6e-0*|user)(\d+)(?:@|$)/i.exec(idOrUpn) ?? [];
  if (digits === undefined) return undefined;
  const number = Number(digits);
  const person = personOf(number);
  if (!withManager || number >= firstManager) return person;
  return { ...person, manager: personOf(firstManager + Math.floor(number / peopleToAManager)) };
}

/** The number of somebody whose mails go to themselves alone. */
export const someoneWithoutManager = (number: number): number => firstManager + number;
