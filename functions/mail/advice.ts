import type { SecurityInfoChange } from '../audit/change.ts';
import { numbers } from '../intl.ts';
import type { MailFacts, MailSettings } from './facts.ts';
import { reportLink } from './report.ts';
import { quote, sanitise } from './sanitise.ts';
import type { MailView, Passage } from './view.ts';
import { fill, type Words } from './words.ts';

/** Why the reader gets the mail, and what they are told to do: if they expected the change, if they didn't, and as the manager. */
export type Advice = Pick<
  MailView,
  'summary' | 'explanation' | 'expected' | 'unexpected' | 'report' | 'note' | 'genuine'
>;

/** Advice that works with zero clicks, whoever reads. */
export function advise(facts: MailFacts, settings: MailSettings, words: Words): Advice {
  const allBySelf = facts.changes.every(({ initiator }) => initiator.kind === 'self');
  const contact = settings.supportUrl
    ? fill(words.contactWithUrl, { contact: settings.supportContact, url: settings.supportUrl })
    : settings.supportContact;
  return {
    summary: whyYou(facts, contact, words),
    explanation: explain(facts, words),
    expected: words.expected[facts.reader][allBySelf ? 'self' : 'other'],
    unexpected: unexpected(facts, settings, contact, words),
    report: reportLink(facts, settings, words),
    note: managerNote(facts, contact, words),
    genuine: words.genuine,
  };
}

/**
 * What the method is and who can use it: most people have never heard of half of them. Of several
 * changes only a Temporary Access Pass is explained.
 */
function explain({ changes }: MailFacts, words: Words): string {
  const told = changes.filter(({ action }) => action !== 'deleted' && action !== 'unlocked');
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

const isPass = ({ method }: SecurityInfoChange) => method === 'temporaryAccessPass';

function unexpected(
  facts: MailFacts,
  settings: MailSettings,
  contact: string,
  words: Words,
): MailView['unexpected'] {
  const { title, ...steps } = words.unexpected[facts.reader];
  const values = {
    contact,
    reference: sanitise(facts.reference),
    url: settings.securityInfoUrl,
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
  if (facts.reader === 'security') return words.security.onlyReader;
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
