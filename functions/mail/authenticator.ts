import { authenticatorOf } from '../passkeys/authenticator.ts';
import { placeOf } from '../passkeys/place.ts';
import type { PasskeyFacts, SecurityInfoChange } from '../recognise/change.ts';
import { quoted, sanitise } from './sanitise.ts';
import { fill, type Words } from './words.ts';

/** Longest name of a known model, in code points. The list holds two of 110. */
const LONGEST_MODEL = 120;

/**
 * Which authenticator a passkey is on: its model and what that is, the name it was given, whether it
 * can leave its device. Unless the model is attested, the mail says that the authenticator says so.
 */
export function authenticatorLines(
  { details: { passkey = {} } }: SecurityInfoChange,
  words: Words,
): readonly string[] {
  const { authenticator } = words;
  const pattern =
    passkey.attestation === 'attested' ? authenticator.attested : authenticator.claimed;
  const isSoftware = authenticatorOf(passkey.aaguid)?.isSoftware;
  const place = placeOf(passkey.aaguid);
  return [
    ...model(passkey, words).map((model) => fill(pattern, { model })),
    ...(place ? [authenticator.places[place]] : []),
    ...quoted(passkey.name, words.quoted).map((name) => fill(authenticator.name, { name })),
    ...(passkey.type ? [authenticator[passkey.type]] : []),
    ...(isSoftware ? [authenticator.software] : []),
  ];
}

/** What is good to know of the model, unless the passkey is gone. To inform, not to alarm. */
export function advisoryLines(
  { action, details }: SecurityInfoChange,
  words: Words,
): readonly string[] {
  const advisory = authenticatorOf(details.passkey?.aaguid)?.advisory;
  if (!advisory || action === 'deleted') return [];
  const { what, risk, advice } = words.advisories[advisory];
  return [what, risk, advice];
}

/** By our own name for it, else by what Graph calls it, else by its id; none if it hides its model. */
function model({ aaguid, model }: PasskeyFacts, words: Words): readonly string[] {
  const known = authenticatorOf(aaguid);
  if (known?.name) return [sanitise(known.name, LONGEST_MODEL)];
  const called = quoted(model, words.quoted);
  if (called.length > 0 || !known) return called;
  return [fill(words.authenticator.unnamedModel, { id: known.aaguid })];
}
