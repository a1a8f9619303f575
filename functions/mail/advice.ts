import type { MailFacts, MailSettings } from './facts.ts';
import { quote, sanitise } from './sanitise.ts';
import type { MailView, Passage } from './view.ts';
import { fill, type Words } from './words.ts';

/** Why the reader gets the mail, and what they are told to do: if they expected the change, if they didn't, and as the manager. */
export type Advice = Pick<MailView, 'summary' | 'explanation' | 'expected' | 'unexpected' | 'note'>;

/** Advice that works with zero clicks, whoever reads. */
export function advise(facts: MailFacts, settings: MailSettings, words: Words): Advice {
  const allBySelf = facts.changes.every(({ initiator }) => initiator.kind === 'self');
  const contact = settings.supportUrl
    ? fill(words.contactWithUrl, { contact: settings.supportContact, url: settings.supportUrl })
    : settings.supportContact;
  return {
    summary: whyYou(facts, contact, words),
    explanation: explainPass(facts, words),
    expected: words.expected[facts.reader][allBySelf ? 'self' : 'other'],
    unexpected: unexpected(facts, settings, contact, words),
    note: managerNote(facts, contact, words),
  };
}

/** Why there is a Temporary Access Pass, if one was made: most people have never heard of it. */
function explainPass({ changes }: MailFacts, words: Words): string {
  const made = changes.filter(
    ({ method, action }) => method === 'temporaryAccessPass' && action !== 'deleted',
  );
  if (made.length === 0) return '';
  // Applications make them, too: administrators are only spoken of where one did.
  const byAdministrator = made.every(({ initiator }) => initiator.kind === 'administrator');
  return byAdministrator ? words.pass.administrator : words.pass.other;
}

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
  const digits = new Intl.NumberFormat(words.locale);
  return {
    title,
    steps: texts.map((text, index) => ({
      number: digits.format(index + 1),
      text: fill(text, values),
    })),
  };
}

function whyYou(facts: MailFacts, contact: string, words: Words): string {
  if (facts.reader === 'user') return words.summary[facts.changes.length > 1 ? 'several' : 'one'];
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
