import type { Place } from '../../functions/passkeys/authenticator.ts';
import type { Assessed, Concern, Passkey, Standing } from './assess.ts';
import { kindOf } from './kinds.ts';

export const standingWords: Readonly<Record<Standing, string>> = {
  resistant: 'resistant to phishing',
  strong: 'app or token',
  phone: 'phone numbers only',
  other: 'something this version does not know',
  none: 'no second step',
};

/** What each concern is called, and what it means or what to do. */
export const concernWords: Readonly<Record<Concern, { says: string; means: string }>> = {
  program: {
    says: 'a passkey of a program made for tests',
    means:
      'Ask the person. If they know of nothing, remove the passkey and treat the account as taken over',
  },
  contradiction: {
    says: 'a passkey that says it is a model that can’t be synced, and is synced',
    means: 'Some program claims to be that model. Ask the person, as above',
  },
  adminWithoutSecond: {
    says: 'administrator without a second step',
    means: 'Whoever has the password has the role',
  },
  adminPhoneOnly: {
    says: 'administrator with phone numbers only',
    means: 'A number can be moved to another SIM, and a code be phished',
  },
  advisory: {
    says: 'a key that an advisory is about',
    means:
      'docs/inventory.md says what the advisory takes to be used. Administrators’ keys go first',
  },
  phoneOnly: {
    says: 'phone numbers only',
    means:
      'From 1 February 2027 Entra makes them register a passkey when they sign in (guests and Global Administrators from 1 July 2027)',
  },
  oneMethod: {
    says: 'one method, and nothing beside it',
    means: 'Locked out if it is lost: a second key, or another method, helps',
  },
  adminNotResistant: {
    says: 'administrator without anything resistant to phishing',
    means: 'A passkey or Windows Hello for Business is',
  },
  testRecord: {
    says: 'a passkey of a model that its maker listed for tests',
    means: 'No product that can be bought. Ask the person',
  },
  noSecond: {
    says: 'no second step',
    means: 'Nothing but a password, or a pass that ends by itself',
  },
};

const places: Readonly<Record<Place, string>> = {
  microsoftAuthenticator: 'Microsoft Authenticator',
  phoneApp: 'phone app',
  securityKey: 'security key',
  windowsHello: 'Windows Hello',
  windowsHelloSoftware: 'Windows Hello, in software',
  device: 'the device itself',
  passwordManager: 'password manager',
};

/** Where a passkey is kept, by what it claims to be. */
export const placeWords = ({ claim }: Passkey): string =>
  places[claim.authenticator?.place ?? ('' as Place)] ?? 'not known';

/** A model's name; what Graph calls it where no list does. Untrusted text. */
export const modelWords = ({ claim, method }: Passkey): string => {
  const { authenticator, name } = claim;
  if (authenticator?.kind === 'program') return `${authenticator.name ?? 'program'} (a program)`;
  if (authenticator?.kind === 'hidden') return 'a model that it keeps to itself';
  return name ?? (method.passkey?.model || 'not listed');
};

export const proofWords: Readonly<Record<Passkey['claim']['proof'], string>> = {
  attested: 'attested',
  notAttested: 'not attested',
  unknown: 'not known',
};

export const bindingWords: Readonly<Record<Passkey['claim']['binding'], string>> = {
  deviceBound: 'device-bound',
  synced: 'synced',
  unknown: 'not known',
};

/** What somebody has, in words, each once. */
export const kindWords = ({ person }: Assessed): string[] => [
  ...new Set(person.kinds.map((kind) => kindOf(kind).name)),
];

/** Whether anybody looked, where there was something to look at. */
export const lookWords = ({ person: { look } }: Assessed): string => {
  if (!look) return 'by the report alone';
  const said = { passkeys: '', all: '', denied: 'denied', gone: 'gone', failed: 'no answer' };
  return 'at' in look ? look.at : said[look.found];
};
