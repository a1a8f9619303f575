import type { OwnNames } from '../passkeys/claim.ts';
import type { Initiator, SecurityInfoChange } from '../recognise/change.ts';
import type { MailFacts } from './facts.ts';
import { fill, fillPlural, type Words } from './words.ts';

/** Who reads, and in which words: what every phrase of a mail depends on. */
export interface Voice {
  readonly words: Words;
  readonly reader: MailFacts['reader'];
  /** The operator's own names of authenticators. */
  readonly ownNames?: OwnNames;
}

type What = Pick<SecurityInfoChange, 'action' | 'method'>;
type By = Initiator['kind'] | undefined;

function pattern({ action, method }: What, words: Words): string {
  switch (action) {
    case 'registered':
    case 'deleted':
    case 'updated':
      return words.what[action][method];
    default:
      return words.what[action];
  }
}

/** The account in all its forms and who acted, in the reader's words. */
const about = (by: By, { words, reader }: Voice) => ({
  ...words.account[reader],
  // Where the log doesn't say who, neither do we.
  by: by && by !== 'unknown' ? words.by[reader][by] : '',
});

/**
 * What happened and by whom, without capital or full stop: “a passkey was added to your account by an
 * administrator”. Made of the mail's own words only, so it may stand in a subject. `by` undefined
 * leaves out who.
 */
export const whatHappened = (change: What, by: By, voice: Voice): string =>
  fill(pattern(change, voice.words), about(by, voice));

/** The same of several changes, for a subject: whoever made them, and however many they are. */
export const severalHappened = (voice: Voice): string =>
  fill(voice.words.what.several, about(undefined, voice));

/** How many changes were made. `by`: who made all of them. */
export const countedChanges = (count: number, by: By, voice: Voice): string =>
  fillPlural(voice.words.changes, count, about(by, voice), voice.words);

/** With a capital, where the language has them. */
export function capitalise(text: string, words: Words): string {
  const [first = ''] = text;
  return first.toLocaleUpperCase(words.locale) + text.slice(first.length);
}

/** The table's short form: “Passkey added”. */
export function activity({ action, method }: What, words: Words): string {
  const name = { method: words.methods[method] };
  if (method === 'perUserMfa' && action === 'registered') {
    return fill(words.activity.switchedOn, name);
  }
  if (method === 'perUserMfa' && action === 'deleted') {
    return fill(words.activity.switchedOff, name);
  }
  return fill(words.activity[action], name);
}
