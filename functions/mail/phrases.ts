import type { Initiator, SecurityInfoChange } from '../audit/change.ts';
import type { MailFacts } from './facts.ts';
import { fill, type Words } from './words.ts';

/** Who reads, and in which words: what every phrase of a mail depends on. */
export interface Voice {
  readonly words: Words;
  readonly reader: MailFacts['reader'];
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

function about(text: string, by: By, { words, reader }: Voice): string {
  // Where the log doesn't say who, neither do we.
  const byWhom = by && by !== 'unknown' ? words.by[reader][by] : '';
  return fill(text, { ...words.account[reader], by: byWhom });
}

/**
 * What happened and by whom, without capital or full stop: “a passkey was added to your account by an
 * administrator”. Made of the mail's own words only, so it may stand in a subject. `by` undefined
 * leaves out who.
 */
export const whatHappened = (change: What, by: By, voice: Voice): string =>
  about(pattern(change, voice.words), by, voice);

/** The same of several changes. `by`: who made all of them. */
export const severalHappened = (by: By, voice: Voice): string =>
  about(voice.words.what.several, by, voice);

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
