import { ids } from './contoso.ts';
import type { Directory } from './directory.ts';
import type { OtherMethod } from './methodKinds.ts';
import type { PasskeyMethod, PasskeyMethods } from './passkeyMethods.ts';
import type { Person } from './person.ts';

/** A row of the report, with the property names of Graph's userRegistrationDetails. */
export interface Registration {
  /** Object id of the user. */
  readonly id: string;
  readonly userPrincipalName: string;
  readonly userDisplayName: string;
  readonly userType: 'member' | 'guest';
  readonly isAdmin: boolean;
  readonly isSsprRegistered: boolean;
  readonly isSsprEnabled: boolean;
  readonly isSsprCapable: boolean;
  readonly isMfaRegistered: boolean;
  readonly isMfaCapable: boolean;
  readonly isPasswordlessCapable: boolean;
  /** When the report was made. */
  readonly lastUpdatedDateTime: string;
  readonly methodsRegistered: readonly string[];
  readonly isSystemPreferredAuthenticationMethodEnabled: boolean;
  readonly systemPreferredAuthenticationMethods: readonly string[];
  readonly userPreferredMethodForSecondaryAuthentication: string;
}

/** The report's word for each type of method. Source: Graph docs and exports of 2026. */
const reportKinds: Readonly<Record<string, readonly string[]>> = {
  email: ['email'],
  external: ['externalAuthMethod'],
  microsoftAuthenticator: ['microsoftAuthenticatorPush', 'softwareOneTimePasscode'],
  phone: ['mobilePhone'],
  platformCredential: ['macOsSecureEnclaveKey'],
  qrCodePin: ['qrCodePin'],
  softwareOath: ['softwareOneTimePasscode'],
  temporaryAccessPass: ['temporaryAccessPass'],
  windowsHelloForBusiness: ['windowsHelloForBusiness'],
};

const phishingResistant = /^(passKey|windowsHello|macOs)/;
const secondFactor =
  /^(passKey|windowsHello|macOs|microsoftAuthenticator|software|hardware|mobile|external)/;
const resets = /^(mobilePhone|email|microsoftAuthenticatorPush|softwareOneTimePasscode)/;
/** Of Microsoft Authenticator on Android and iOS. */
const authenticatorIds =
  /^(de1e552d-db1d-4423-a619-566b625cdc84|90a3ccdf-635c-4729-a248-9b709135078f)$/;

/**
 * Who has registered what: the report on all enabled people, made from what they have. Graph's is up to 36
 * hours old; this one is of now, unless `publish` says what it shows until it is made anew.
 */
export class Registrations {
  readonly #directory: Directory;
  readonly #methods: PasskeyMethods;
  readonly #now: () => Date;
  #published: readonly Registration[] | undefined;
  /** Object ids of people with a directory role. */
  readonly admins = new Set<string>([ids.isaiah]);

  constructor(directory: Directory, methods: PasskeyMethods, now: () => Date) {
    this.#directory = directory;
    this.#methods = methods;
    this.#now = now;
  }

  /** Has the report show these rows, or what is true now, until it is published again or `live`. */
  publish(rows: readonly Registration[] = this.#make()): void {
    this.#published = [...rows].sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  /** Has the report be of now. */
  live(): void {
    this.#published = undefined;
  }

  /** In the order of the object ids. */
  rows(): readonly Registration[] {
    return this.#published ?? this.#make();
  }

  #make(): Registration[] {
    const made = this.#now().toISOString();
    return this.#directory
      .all()
      .filter(({ accountEnabled }) => accountEnabled)
      .map((person) => this.#row(person, made))
      .sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  #row(person: Person, made: string): Registration {
    const kinds = this.kindsOf(person.id);
    const isMfa = kinds.some((kind) => secondFactor.test(kind));
    const isSspr = kinds.some((kind) => resets.test(kind));
    const prefersPush = kinds.includes('microsoftAuthenticatorPush');
    const preferred = prefersPush ? 'push' : kinds.includes('mobilePhone') ? 'sms' : '';
    return {
      id: person.id,
      userPrincipalName: person.userPrincipalName,
      userDisplayName: person.displayName,
      userType: person.userType === 'Guest' ? 'guest' : 'member',
      isAdmin: this.admins.has(person.id),
      isSsprRegistered: isSspr,
      isSsprEnabled: true,
      isSsprCapable: isSspr,
      isMfaRegistered: isMfa,
      isMfaCapable: isMfa,
      isPasswordlessCapable: kinds.some((kind) => phishingResistant.test(kind)),
      lastUpdatedDateTime: made,
      methodsRegistered: kinds,
      isSystemPreferredAuthenticationMethodEnabled: true,
      systemPreferredAuthenticationMethods: preferred ? [preferred] : [],
      userPreferredMethodForSecondaryAuthentication: preferred,
    };
  }

  /** What somebody has, in the report's words, each once. */
  kindsOf(userId: string): string[] {
    const others = this.#methods.others(userId).flatMap(kindsOfMethod);
    return [...new Set([...others, ...this.#methods.of(userId).map(kindOfPasskey)])];
  }
}

function kindsOfMethod({ '@odata.type': type }: OtherMethod): readonly string[] {
  const name = /^#microsoft\.graph\.(\w+)AuthenticationMethod$/.exec(type)?.[1] ?? '';
  return reportKinds[name] ?? [];
}

function kindOfPasskey({ passkeyType, aaGuid }: PasskeyMethod): string {
  if (passkeyType === 'synced') return 'passKeySynced';
  return authenticatorIds.test(aaGuid) ? 'passKeyDeviceBoundAuthenticator' : 'passKeyDeviceBound';
}
