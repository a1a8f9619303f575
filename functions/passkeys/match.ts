import type { PasskeyFacts, SecurityInfoChange } from '../recognise/change.ts';
import { readAaguid } from './authenticator.ts';

/** A passkey that a person has now, as the directory knows it. */
export interface RegisteredPasskey {
  /** When it was registered, in milliseconds since 1970. */
  readonly createdAt: number;
  /** Only an AAGUID that names a model. */
  readonly facts: PasskeyFacts;
}

/** Furthest that the registration and its audit row are apart, in milliseconds. */
const apartMs = 2 * 60_000;

/** Whether a change registers a passkey of which something is still to be found out. */
export function isIncomplete({ action, method, details }: SecurityInfoChange): boolean {
  const { aaguid, name, attestation, type } = details.passkey ?? {};
  const isComplete = aaguid && name && attestation && type;
  return action === 'registered' && method === 'passkey' && !isComplete;
}

/**
 * The changes, with what is known of the passkeys that they registered: of those created within two
 * minutes of a change the newest, each for one change only. A change that names a model gets no
 * passkey of another, and keeps every fact of its own.
 */
export function matchPasskeys(
  changes: readonly SecurityInfoChange[],
  passkeys: readonly RegisteredPasskey[],
): readonly SecurityInfoChange[] {
  const left = new Set(passkeys.toSorted((one, other) => other.createdAt - one.createdAt));
  const found = new Map<SecurityInfoChange, PasskeyFacts>();
  for (const change of mostCertainFirst(changes.filter(isIncomplete))) {
    const [match] = [...left].filter((passkey) => isThatOf(change, passkey));
    if (!match) continue;
    left.delete(match);
    found.set(change, { ...match.facts, ...change.details.passkey });
  }
  return changes.map((change) => {
    const passkey = found.get(change);
    return passkey ? { ...change, details: { ...change.details, passkey } } : change;
  });
}

/** Changes that name a model choose before those that take any, and later ones before earlier ones. */
const mostCertainFirst = (changes: readonly SecurityInfoChange[]) =>
  changes
    .toSorted((one, other) => Date.parse(other.time) - Date.parse(one.time))
    .toSorted((one, other) => Number(!modelOf(one)) - Number(!modelOf(other)));

const modelOf = ({ details }: SecurityInfoChange) => readAaguid(details.passkey?.aaguid);

function isThatOf(change: SecurityInfoChange, { createdAt, facts }: RegisteredPasskey): boolean {
  const model = modelOf(change);
  const isNear = Math.abs(createdAt - Date.parse(change.time)) <= apartMs;
  return isNear && (model === undefined || model === facts.aaguid);
}
