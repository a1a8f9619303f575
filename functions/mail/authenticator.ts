import type { Advisory, Authenticator } from '../passkeys/authenticator.ts';
import { type Claim, claimOf, type OwnNames } from '../passkeys/claim.ts';
import type { PasskeyFacts, SecurityInfoChange } from '../recognise/change.ts';
import { shownName } from './names.ts';
import { sanitise } from './sanitise.ts';
import { longDate } from './time.ts';
import { fill, type Words } from './words.ts';

/** Longest name of a known model, in code points. The list holds two of 110. */
const LONGEST_MODEL = 120;

/**
 * Which authenticator a passkey is on: what it says it is and whether that is proved, what such a model
 * is, the name it was given, whether it can leave its device, and what doesn't fit together.
 */
export function authenticatorLines(
  { action, details: { passkey = {} } }: SecurityInfoChange,
  words: Words,
  ownNames?: OwnNames,
): readonly string[] {
  const { passkeys } = words;
  const claim = claimOf(passkey, ownNames);
  return [
    ...identity(claim, passkey, words),
    ...shownName(passkey.name, words).map((name) => fill(passkeys.name, { name })),
    ...(claim.binding === 'unknown' ? [] : [passkeys[claim.binding]]),
    ...(claim.warning === 'contradiction' && action !== 'deleted' ? [passkeys.contradiction] : []),
  ];
}

/** By the list's name, else by what Graph calls it; a program and a hidden model by what they are. */
function identity(claim: Claim, { model }: PasskeyFacts, words: Words): readonly string[] {
  const { passkeys } = words;
  const { authenticator, warning, name, proof } = claim;
  if (authenticator?.kind === 'program') {
    return [fill(passkeys.program, { model: sanitise(authenticator.name ?? '', LONGEST_MODEL) })];
  }
  if (authenticator?.kind === 'hidden') return [passkeys.hidden];
  const called = name ? [sanitise(name, LONGEST_MODEL)] : shownName(model, words);
  const pattern = proof === 'attested' ? passkeys.attested : passkeys.claimed;
  // Where something doesn't fit, that is said instead: it isn't common.
  const isUnchecked = proof === 'notAttested' && called.length > 0 && !warning;
  return [
    ...called.map((model) => fill(pattern, { model })),
    ...(isUnchecked ? [passkeys.unattested] : []),
    ...(name ? [] : unlisted(authenticator, words)),
    ...(authenticator?.kind === 'testRecord' ? [passkeys.testRecord] : []),
    ...(authenticator?.place ? [passkeys.places[authenticator.place]] : []),
  ];
}

const unlisted = (authenticator: Authenticator | undefined, { passkeys }: Words) =>
  authenticator ? [fill(passkeys.unlisted, { id: authenticator.aaguid })] : [];

/**
 * What is good to know of the model, unless the passkey is gone. To inform, not to alarm: what only
 * claims to be a model doesn't get that model's advisory.
 */
export function advisoryLines(
  { action, details }: SecurityInfoChange,
  words: Words,
): readonly string[] {
  const { authenticator, warning } = claimOf(details.passkey ?? {});
  if (!authenticator || warning || action === 'deleted') return [];
  return authenticator.advisories.flatMap((advisory) => advisoryText(advisory, words));
}

function advisoryText({ words: key, since }: Advisory, words: Words): readonly string[] {
  const all: Readonly<Record<string, Readonly<Record<'what' | 'risk' | 'advice', string>>>> =
    words.passkeys.advisories;
  const text = all[key];
  if (!text) return [];
  const values = { since: longDate(new Date(since), words) };
  return [text.what, text.risk, text.advice].map((pattern) => fill(pattern, values));
}
