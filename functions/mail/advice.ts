import { numbers } from '../intl.ts';
import type { SecurityInfoChange } from '../recognise/change.ts';
import { advisoryLines } from './authenticator.ts';
import type { MailFacts, MailSettings } from './facts.ts';
import { shownName } from './names.ts';
import { toBeTyped } from './sanitise.ts';
import { type Answers, around, type Letter, row, type Sentence, shownRows } from './view.ts';
import { fill, standalone, type Words } from './words.ts';

/** What the reader is told to do: at once, then step by step, and as the manager. */
type Advice = Pick<
  Letter,
  'addressed' | 'answers' | 'explanation' | 'steps' | 'advisories' | 'note' | 'genuine'
>;

/** Advice that works with zero clicks, whoever reads. */
export function advise(facts: MailFacts, settings: MailSettings, words: Words): Advice {
  return {
    addressed: addressed(facts, words),
    answers: answers(facts, settings, questions(facts, words), words),
    explanation: explain(facts, words),
    steps: stepsFor(facts, settings, words),
    advisories: [...new Set(facts.changes.flatMap((change) => advisoryLines(change, words)))],
    note: managerNote(facts, words),
    genuine: words.genuine,
  };
}

/** Whose mail it is, where the manager gets a copy; why they get it, where the person doesn't. */
function addressed(facts: MailFacts, words: Words): string {
  const { reader, manager } = facts;
  if (reader === 'security') {
    return facts.followUp === 'late' ? words.security.followUp : words.security.onlyReader;
  }
  if (reader === 'manager') {
    const { onlyReader, onlyReaderInitiator } = words.manager;
    const pattern = manager?.isInitiator ? onlyReaderInitiator : onlyReader;
    return fill(pattern, { person: person(facts, words) });
  }
  if (!manager) return '';
  const [name] = shownName(facts.account.displayName, words);
  return name ? fill(words.addressed, { person: name }) : '';
}

const allBySelf = ({ changes }: MailFacts) =>
  changes.every(({ initiator }) => initiator.kind === 'self');

/** How it is asked whether the change was expected. */
interface Questions {
  readonly yes: string;
  readonly no: string;
  /** How the help desk is called in: the security team asks it, everyone else calls it. */
  readonly isOwnTeam: boolean;
}

function questions(facts: MailFacts, { answers }: Words): Questions {
  switch (facts.reader) {
    case 'manager':
      return { yes: answers.managerYes, no: answers.managerNo, isOwnTeam: false };
    case 'security':
      return { yes: answers.securityYes, no: answers.securityNo, isOwnTeam: true };
    default:
      return allBySelf(facts)
        ? { yes: answers.selfYes, no: answers.selfNo, isOwnTeam: false }
        : { yes: answers.otherYes, no: answers.otherNo, isOwnTeam: false };
  }
}

/** The two answers that every mail asks for, with whom to call and the reference to quote. */
export function answers(
  { reference }: Pick<MailFacts, 'reference'>,
  settings: MailSettings,
  { yes, no, isOwnTeam }: Questions,
  words: Words,
): Answers {
  const [shown] = shownRows([row(words.labels.reference, [standalone(reference, words)])], words);
  if (!shown) throw new Error('A row with a line is shown');
  const report = reportLink({ reference }, settings, words);
  return {
    yes: { question: yes, gap: gapAfter(yes), answer: words.answers.nothing },
    no: {
      question: no,
      gap: gapAfter(no),
      action: whomToCall(settings, report.href !== '', isOwnTeam, words),
      reference: shown,
      report,
      page: settings.supportUrl
        ? fill(words.help.page, { url: toBeTyped(settings.supportUrl) })
        : '',
    },
  };
}

/** Wide marks have their own space. */
const gapAfter = (text: string): string => (/[：？]$/.test(text) ? '' : ' ');

/** By phone if there is one; by mail unless a report goes there already; else as the settings say. */
function whomToCall(
  { supportPhone, supportEmail, supportContact, report }: MailSettings,
  isReported: boolean,
  isOwnTeam: boolean,
  { help, defaults }: Words,
): Sentence {
  const isSameMailbox = isReported && report?.kind === 'mailbox' && report.address === supportEmail;
  if (isOwnTeam) {
    return around(help.ask, supportPhone || supportContact || supportEmail || defaults.support);
  }
  if (supportPhone) return around(help.phone, supportPhone);
  if (supportContact) return around(help.text, supportContact);
  if (isSameMailbox) return { before: '', target: '', after: '', wrap: 'normal' };
  if (supportEmail) return around(help.email, supportEmail);
  return around(help.text, defaults.support);
}

/**
 * How a reader raises an alarm without a page or a login: a mail that is written already, or the
 * organisation's own page. Nothing in a mail can call an alarm off: whoever holds the mailbox could.
 */
export function reportLink(
  { reference }: Pick<MailFacts, 'reference'>,
  { report }: Pick<MailSettings, 'report'>,
  words: Words,
): Answers['no']['report'] {
  if (!report) return { text: '', gap: '', link: '', href: '' };
  if (report.kind === 'page') {
    const url = report.url.replaceAll('{reference}', encodeURIComponent(reference));
    const text = words.report.page;
    return { text, gap: gapAfter(text), link: url, href: url };
  }
  const [name = '', domain = ''] = report.address.split('@');
  const subject = encodeURIComponent(fill(words.report.subject, { reference }));
  const body = encodeURIComponent(fill(words.report.body, { reference }));
  const to = `${encodeURIComponent(name)}@${encodeURIComponent(domain)}`;
  const href = `mailto:${to}?subject=${subject}&body=${body}`;
  const text = words.report.mail;
  return { text, gap: gapAfter(text), link: report.address, href };
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

/**
 * Remove what is unknown, then change the password, then sign out everywhere: in this order nothing
 * that another person knows or holds lets them back in.
 */
function stepsFor(facts: MailFacts, settings: MailSettings, words: Words): Letter['steps'] {
  const url = toBeTyped(settings.securityInfoUrl);
  const { user, manager, security } = words.steps;
  switch (facts.reader) {
    case 'manager':
      return stepList(manager.title, [manager.ask, fill(manager.together, { url })], words);
    case 'security':
      return stepList(security.title, [security.ask, security.remove, security.check], words);
    default: {
      const isGone = facts.changes.every(({ action }) => action === 'deleted');
      const open = fill(user.open, { url });
      const texts = [open, isGone ? user.addBack : user.remove, user.password, user.check];
      return stepList(user.title, texts, words, user.cannot);
    }
  }
}

/** Steps with the language's own digits. */
export function stepList(
  title: string,
  texts: readonly string[],
  words: Words,
  otherwise = '',
): Letter['steps'] {
  const digits = numbers(words.locale);
  const items = texts.map((text, index) => ({ number: digits.format(index + 1), text }));
  return { title, items, otherwise };
}

/** To the manager in copy. Where the manager is the only reader, the whole mail is theirs. */
function managerNote(facts: MailFacts, words: Words): string {
  if (facts.reader !== 'user' || !facts.manager) return '';
  const { copy, initiator, lastCopy } = words.manager;
  const pattern = facts.manager.isInitiator ? initiator : copy;
  const text = fill(pattern, { person: person(facts, words) });
  return facts.manager.isLastCopy ? `${text} ${lastCopy}` : text;
}

function person({ account }: MailFacts, words: Words): string {
  const [name = words.manager.unnamedPerson] = shownName(account.displayName, words);
  return name;
}
