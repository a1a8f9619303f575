import type { PasskeyFacts, SecurityInfoChange } from '../recognise/change.ts';
import { type Authenticator, authenticatorOf, type Place } from './authenticator.ts';

/** The operator's own names of models, by AAGUID in lower case. */
export type OwnNames = Readonly<Record<string, string>>;

/** Why somebody should look at a registered passkey: see `Claim`. */
type Warning = 'program' | 'contradiction';

/**
 * What an authenticator says it is, what is proved of that, and what doesn't fit together. An AAGUID
 * that is not attested is what a program wrote: anybody can write any. `warning` is `program` where the id
 * is that of a program made for tests, and `contradiction` where a model that can't be synced is.
 */
export interface Claim {
  /** Absent where nothing but Graph's own words is known. */
  readonly authenticator?: Authenticator;
  /** By the operator's list, else by ours. A program and what hides its model have none. */
  readonly name?: string;
  readonly proof: 'attested' | 'notAttested' | 'unknown';
  readonly binding: 'deviceBound' | 'synced' | 'unknown';
  readonly warning?: Warning;
}

/**
 * Where a passkey never leaves its device: what says so and is synced is none of these. Source: Microsoft
 * Learn, “How to enable passkeys (FIDO2)” and “Microsoft Entra passkeys on Windows”, 2026.
 */
const unsyncable: readonly (Place | undefined)[] = [
  'securityKey',
  'windowsHello',
  'windowsHelloSoftware',
  'microsoftAuthenticator',
];

/** What a passkey claims to be on. Own names never hide that an id is a program's, or names nothing. */
export function claimOf(facts: PasskeyFacts, ownNames: OwnNames = {}): Claim {
  const authenticator = authenticatorOf(facts.aaguid);
  const isNamed = authenticator?.kind !== 'program' && authenticator?.kind !== 'hidden';
  const name = isNamed ? (ownNames[authenticator?.aaguid ?? ''] ?? authenticator?.name) : undefined;
  const proof = facts.attestation ?? 'unknown';
  const binding = facts.type ?? 'unknown';
  const warning = warningOf(authenticator, proof, binding);
  return {
    ...(authenticator && { authenticator }),
    ...(name && { name }),
    proof,
    binding,
    ...(warning && { warning }),
  };
}

function warningOf(
  authenticator: Authenticator | undefined,
  proof: Claim['proof'],
  binding: Claim['binding'],
): Warning | undefined {
  if (authenticator?.kind === 'program') return 'program';
  // Attestation proves the model: then it is no program that claims to be one.
  const mayBeSynced = !unsyncable.includes(authenticator?.place) || proof === 'attested';
  return binding === 'synced' && !mayBeSynced ? 'contradiction' : undefined;
}

/**
 * The gravest warning about passkeys that were registered or changed, which makes a mail risky; undefined
 * where there is none. What hides its model, and what no list knows, has no warning: honest keys do so.
 */
export function warningAbout(changes: readonly SecurityInfoChange[]): Warning | undefined {
  const warnings = changes.flatMap(({ action, details: { passkey } }) =>
    passkey && action !== 'deleted' ? (claimOf(passkey).warning ?? []) : [],
  );
  return (['program', 'contradiction'] as const).find((one) => warnings.includes(one));
}
