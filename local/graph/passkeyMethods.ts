import { makeMethod, type OtherMethod, passwordId } from './methodKinds.ts';
import type { Random } from './random.ts';

/** A person's passkey, with the property names of Graph's fido2AuthenticationMethod. */
export interface PasskeyMethod {
  readonly id: string;
  readonly displayName: string;
  /** ISO 8601, UTC. */
  readonly createdDateTime: string;
  readonly aaGuid: string;
  readonly model: string;
  readonly attestationCertificates: readonly string[];
  readonly attestationLevel: 'attested' | 'notAttested';
  readonly passkeyType: 'deviceBound' | 'synced';
}

/** The passkeys that the tenant's people have now, by their object ids. */
export class PasskeyMethods {
  readonly #others = new Map<string, readonly OtherMethod[]>();
  readonly #byUser = new Map<string, readonly PasskeyMethod[]>();

  readonly #lastUses = new Map<string, string>();

  /** When a method was last used, by its id: ISO 8601, UTC. Graph shows it in beta alone. */
  lastUse(methodId: string): string | undefined {
    return this.#lastUses.get(methodId);
  }

  markUsed(methodId: string, at: string): void {
    this.#lastUses.set(methodId, at);
  }

  of(userId: string): readonly PasskeyMethod[] {
    return this.#byUser.get(userId.toLowerCase()) ?? [];
  }

  /** Methods of other kinds. Everybody has a password. */
  others(userId: string): readonly OtherMethod[] {
    const password = makeMethod('password', passwordId, '2025-01-15T08:00:00Z');
    return [password, ...(this.#others.get(userId.toLowerCase()) ?? [])];
  }

  addOther(userId: string, method: OtherMethod): void {
    const key = userId.toLowerCase();
    this.#others.set(key, [...(this.#others.get(key) ?? []), method]);
  }

  /** Takes all methods of a type away, such as `phone`. */
  removeOthers(userId: string, kind: string): void {
    const type = `#microsoft.graph.${kind}AuthenticationMethod`;
    const left = this.others(userId).filter((one) => one['@odata.type'] !== type);
    this.#others.set(
      userId.toLowerCase(),
      left.filter(({ id }) => id !== passwordId),
    );
  }

  add(userId: string, method: PasskeyMethod): void {
    this.#byUser.set(userId.toLowerCase(), [...this.of(userId), method]);
  }

  /** Takes the newest passkey away, and gives it; undefined where there is none. */
  removeNewest(userId: string): PasskeyMethod | undefined {
    const left = [...this.of(userId)];
    const newest = left.pop();
    this.#byUser.set(userId.toLowerCase(), left);
    return newest;
  }
}

/** What all passkeys of a model and place have in common. */
export type PasskeyKind = Omit<PasskeyMethod, 'id' | 'createdDateTime' | 'attestationCertificates'>;

/** What people have at Contoso: a YubiKey 5 NFC and Microsoft Authenticator. */
const kinds: readonly PasskeyKind[] = [
  {
    displayName: 'My blue key',
    aaGuid: '2fc0579f-8113-47ea-b116-bb5a8db9202a',
    model: 'YubiKey 5 Series with NFC',
    attestationLevel: 'attested',
    passkeyType: 'deviceBound',
  },
  {
    displayName: 'Phone',
    aaGuid: '90a3ccdf-635c-4729-a248-9b709135078f',
    model: 'Microsoft Authenticator',
    attestationLevel: 'notAttested',
    passkeyType: 'deviceBound',
  },
];

/** What an emulator shows that was told to be a key: a model that can't be synced. */
export const claimedYubiKey: PasskeyKind = {
  displayName: 'My blue key',
  aaGuid: '2fc0579f-8113-47ea-b116-bb5a8db9202a',
  model: 'YubiKey 5 Series with NFC',
  attestationLevel: 'notAttested',
  passkeyType: 'synced',
};

/** The same emulator under its own id. Graph has no name for it. */
export const emulator: PasskeyKind = {
  displayName: 'YubiKey',
  aaGuid: '4e49442d-4155-5448-2d33-313431353932',
  model: '',
  attestationLevel: 'notAttested',
  passkeyType: 'synced',
};

/** What many honest keys show in some browsers, and some programs: no model. */
export const withoutModel: PasskeyKind = {
  displayName: 'Green key',
  aaGuid: '00000000-0000-0000-0000-000000000000',
  model: '',
  attestationLevel: 'notAttested',
  passkeyType: 'deviceBound',
};

/** A passkey made at a time, of a given kind or else of one of these. */
export function makePasskey(random: Random, createdAt: Date, kind?: PasskeyKind): PasskeyMethod {
  return {
    id: Buffer.from(random.guid()).toString('base64url'),
    createdDateTime: createdAt.toISOString().replace(/\.\d+/, ''),
    attestationCertificates: [],
    ...(kind ?? random.pick(kinds)),
  };
}
