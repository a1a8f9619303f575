import type { OwnNames } from '../passkeys/claim.ts';
import type { SecurityInfoChange } from '../recognise/change.ts';
import type { MailFacts } from './facts.ts';
import { fillPlural, type Words } from './words.ts';

/** Who reads, and in which words: what every phrase of a mail depends on. */
export interface Voice {
  readonly words: Words;
  readonly reader: MailFacts['reader'];
  /** The operator's own names of authenticators. */
  readonly ownNames?: OwnNames;
}

/**
 * What happened, without who and to whom: “Passkey added”. Made of the mail's own words only, so it may
 * stand in a subject.
 */
export function whatHappened(
  { action, method }: Pick<SecurityInfoChange, 'action' | 'method'>,
  { what }: Words,
): string {
  switch (action) {
    case 'registered':
    case 'deleted':
    case 'updated':
      return what[action][method];
    default:
      return what[action];
  }
}

/** How many changes were made: “3 changes”. */
export const countedChanges = (count: number, words: Words): string =>
  fillPlural(words.changes, count, {}, words);
