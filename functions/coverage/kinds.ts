import type { Method } from '../recognise/change.ts';
import { methodWords } from '../recognise/methodWords.ts';

/** A kind of method, as the report on registered methods calls it. */
interface Kind {
  readonly word: string;
  /** What the audit log calls a change of it. */
  readonly methods: readonly Method[];
  /** It goes without a row of the audit log: a pass expires, a key goes with its device. */
  readonly endsByItself?: true;
  /** It is gone again before the next look. */
  readonly brief?: true;
  /** `/users/{id}/authentication/methods` of v1.0 does not list it. */
  readonly unlisted?: true;
}

/**
 * Each kind has the bit of its place: rows hold bits, so places never change, and new kinds go to the end.
 * Source: Graph docs, "userRegistrationDetails" and "userSignInUsageByAuthMethodActivity".
 */
const known: readonly Kind[] = [
  { word: 'email', methods: ['email'] },
  { word: 'mobilePhone', methods: ['phone'] },
  { word: 'alternateMobilePhone', methods: ['phone'] },
  { word: 'officePhone', methods: ['phone'] },
  { word: 'microsoftAuthenticatorPush', methods: ['authenticatorApp'] },
  { word: 'microsoftAuthenticatorPasswordless', methods: ['authenticatorApp'] },
  // The app registers both: its own codes, and those of any other app.
  { word: 'softwareOneTimePasscode', methods: ['oathToken', 'authenticatorApp'] },
  { word: 'hardwareOneTimePasscode', methods: ['oathToken'], unlisted: true },
  { word: 'fido2SecurityKey', methods: ['passkey'] },
  { word: 'windowsHelloForBusiness', methods: ['windowsHello'], endsByItself: true },
  {
    word: 'temporaryAccessPass',
    methods: ['temporaryAccessPass'],
    endsByItself: true,
    brief: true,
  },
  { word: 'macOsSecureEnclaveKey', methods: ['platformCredential'], endsByItself: true },
  { word: 'passKeyDeviceBound', methods: ['passkey'] },
  { word: 'passKeyDeviceBoundAuthenticator', methods: ['passkey'] },
  {
    word: 'passKeyDeviceBoundWindowsHello',
    methods: ['passkey', 'windowsHello'],
    endsByItself: true,
  },
  { word: 'passKeySynced', methods: ['passkey'] },
  { word: 'securityQuestion', methods: ['securityQuestions'], unlisted: true },
  { word: 'appPassword', methods: ['appPassword'], unlisted: true },
  { word: 'qrCodePin', methods: ['qrCode'] },
  { word: 'externalAuthMethod', methods: ['externalMethod'] },
];

const otherSpellings: Readonly<Record<string, string>> = {
  fido: 'fido2SecurityKey',
  fido2: 'fido2SecurityKey',
  qrCode: 'qrCodePin',
};

/** Bits that fit beside a person's number into what a double holds exactly. */
export const kindBits = 30;
/** Stands for all words beyond those that can be learned. */
const otherBit = kindBits - 1;
const other: Kind = { word: 'other', methods: ['unknown'], unlisted: true };

/** Words of the report and their bits. Words that it does not know yet it learns, as long as there is room. */
export class Kinds {
  readonly #learned: string[];
  readonly #bits = new Map<string, number>();

  /** `learned`: what was learned before, in the order in which it was. */
  constructor(learned: readonly string[] = []) {
    this.#learned = [...learned];
    for (const [bit, { word }] of known.entries()) this.#bits.set(word, bit);
    for (const [more, word] of this.#learned.entries()) this.#bits.set(word, known.length + more);
  }

  get learned(): readonly string[] {
    return this.#learned;
  }

  /** The set of kinds that a row of the report names. */
  bitsOf(words: readonly string[]): number {
    let set = 0;
    for (const word of words) set |= 1 << this.#bitOf(otherSpellings[word] ?? word);
    return set;
  }

  #bitOf(word: string): number {
    const bit = this.#bits.get(word);
    if (bit !== undefined) return bit;
    const next = known.length + this.#learned.length;
    // It becomes part of events: what is no word stays outside.
    if (next >= otherBit || !/^\w{1,64}$/.test(word)) return otherBit;
    this.#learned.push(word);
    this.#bits.set(word, next);
    return next;
  }

  kind(bit: number): Kind {
    const word = this.#learned[bit - known.length];
    return known[bit] ?? (word === undefined ? other : guessed(word));
  }

  /** The words of a set. */
  words(set: number): string[] {
    return bitsIn(set).map((bit) => this.kind(bit).word);
  }
}

/** Methods of which Graph lists none, whatever the report calls them. */
const unlistedMethods: ReadonlySet<Method> = new Set([
  'certificate',
  'securityQuestions',
  'appPassword',
]);

/** A new word says mostly which method it is of: `passKeyOfSomeKind`. */
function guessed(word: string): Kind {
  const small = word.toLowerCase();
  const found = methodWords.find(({ words }) => small.includes(words.replaceAll(' ', '')));
  if (!found) return { ...other, word };
  const { method } = found;
  return { word, methods: [method], ...(unlistedMethods.has(method) && { unlisted: true }) };
}

/** The bits of a set, in order. */
export function bitsIn(set: number): number[] {
  const found: number[] = [];
  for (let bit = 0; bit < kindBits; bit += 1) if (set & (1 << bit)) found.push(bit);
  return found;
}

const setOf = (holds: (kind: Kind) => boolean | undefined): number =>
  known.reduce((set, kind, bit) => (holds(kind) ? set | (1 << bit) : set), 0);

/** Kinds whose end is no gap. */
export const endingByThemselves: number = setOf(({ endsByItself }) => endsByItself);

/** Kinds that are gone by the next look. */
export const briefOnes: number = setOf(({ brief }) => brief);
