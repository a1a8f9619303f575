import { numbers } from '../intl.ts';
import type { SecurityInfoChange } from '../recognise/change.ts';
import type { MailFacts, MailSettings } from './facts.ts';
import { reportLink } from './report.ts';
import { quote, sanitise, toBeTyped } from './sanitise.ts';
import type { MailView, Passage } from './view.ts';
import { fill, type Words } from './words.ts';

/** Why the reader gets the mail, and what they are told to do: if they expected the change, if they didn't, and as the manager. */
export type Advice = Pick<
  MailView,
  'summary' | 'explanation' | 'expected' | 'unexpected' | 'report' | 'note' | 'genuine'
>;

/** Advice that works with zero clicks, whoever reads. */
export function advise(facts: MailFacts, settings: MailSettings, words: Words): Advice {
  const contact = contactOf(settings, words);
  return {
    summary: whyYou(facts, contact, words),
    explanation: explain(facts, words),
    expected: words.expected[facts.reader][allBySelf(facts) ? 'self' : 'other'],
    unexpected: unexpected(facts, settings, contact, words),
    report: reportLink(facts, settings, words),
    note: managerNote(facts, contact, words),
    genuine: words.genuine,
  };
}

const allBySelf = ({ changes }: MailFacts) =>
  changes.every(({ initiator }) => initiator.kind === 'self');

/** Whom to ask for help. */
export function contactOf({ supportContact, supportUrl }: MailSettings, words: Words): string {
  const contact = supportContact || words.defaults.support;
  return supportUrl ? fill(words.contactWithUrl, { contact, url: toBeTyped(supportUrl) }) : contact;
}

/**
 * What the method is and who can use it: most people have never heard of half of them. Of several
 * changes only a Temporary Access Pass is explained.
 */
function explain({ changes }: MailFacts, words: Words): string {
  const told = changes.filter(isWorthExplaining);
  const [only] = changes.length === 1 ? told : told.filter(isPass);
  if (!only) return '';
  if (only.action === 'defaultChanged') return words.about.defaultChanged;
  // Applications make passes, too: administrators are only spoken of where one did.
  const byAdministrator = told.every(
    (change) => !isPass(change) || change.initiator.kind === 'administrator',
  );
  return isPass(only) && byAdministrator
    ? words.about.temporaryAccessPassByAdministrator
    : words.about[only.method];
}

/** What is gone needs no explanation, but for what its going means. */
const isWorthExplaining = ({ action, method }: SecurityInfoChange) =>
  action !== 'unlocked' && (action !== 'deleted' || method === 'perUserMfa');

const isPass = ({ method }: SecurityInfoChange) => method === 'temporaryAccessPass';

function unexpected(
  facts: MailFacts,
  settings: MailSettings,
  contact: string,
  words: Words,
): MailView['unexpected'] {
  const { title: own, ...steps } = words.unexpected[facts.reader];
  const { otherTitle } = words.unexpected.user;
  const title = facts.reader === 'user' && !allBySelf(facts) ? otherTitle : own;
  const values = {
    contact,
    reference: facts.reference,
    url: toBeTyped(settings.securityInfoUrl),
  };
  const order = ['contact', 'ask', 'open', 'remove', 'signOut', 'check'] as const;
  const patterns: Partial<Record<(typeof order)[number], string>> = steps;
  const texts = order.flatMap((step) => patterns[step] ?? []);
  const digits = numbers(words.locale);
  return {
    title,
    steps: texts.map((text, index) => ({
      number: digits.format(index + 1),
      text: fill(text, values),
    })),
  };
}

function whyYou(facts: MailFacts, contact: string, words: Words): string {
  if (facts.reader === 'user') return facts.changes.length > 1 ? words.oldestFirst : '';
  if (facts.reader === 'security') {
    return facts.followUp === 'late' ? words.security.followUp : words.security.onlyReader;
  }
  const { onlyReader, onlyReaderInitiator } = words.manager;
  const pattern = facts.manager?.isInitiator ? onlyReaderInitiator : onlyReader;
  return fill(pattern, { person: person(facts, words), contact });
}

/** To the manager in copy. Where the manager is the only reader, the whole mail is theirs. */
function managerNote(facts: MailFacts, contact: string, words: Words): Passage {
  if (facts.reader !== 'user' || !facts.manager) return { title: '', text: '' };
  const { title, copy, initiator, lastCopy } = words.manager;
  const pattern = facts.manager.isInitiator ? initiator : copy;
  const text = fill(pattern, { person: person(facts, words), contact });
  return { title, text: facts.manager.isLastCopy ? `${text} ${lastCopy}` : text };
}

function person({ account }: MailFacts, words: Words): string {
  const name = sanitise(account.displayName ?? '');
  return name === '' ? words.manager.unnamedPerson : quote(name, words.quoted);
}
