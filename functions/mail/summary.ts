import { numbers } from '../intl.ts';
import { reference } from '../ledger/keys.ts';
import type { BulkSummary, Notification } from '../ledger/notification.ts';
import { contactOf } from './advice.ts';
import type { MailSettings } from './facts.ts';
import { capitalise } from './phrases.ts';
import type { Prepared, PrepareSettings } from './prepare.ts';
import { render } from './render.ts';
import { row as factRow, initiatorText } from './rows.ts';
import { parseAuditTime, span } from './time.ts';
import { layoutOf, type MailView } from './view.ts';
import { chooseLanguage, fill, fillPlural, standalone, type Words, wordsFor } from './words.ts';

/** The summary of a bulk change for the security team, or that there is none to tell. Pure. */
export function prepareSummary(
  row: Notification,
  summary: BulkSummary,
  settings: PrepareSettings,
): Prepared {
  const [first, ...others] = settings.SECURITY_COPY;
  if (first === undefined) {
    const outcome = 'summary of a bulk change; nobody to send it to (SECURITY_COPY)';
    return { kind: 'nobody', state: 'suppressed', outcome };
  }
  const language = chooseLanguage(undefined, settings.DEFAULT_LANGUAGE);
  const view = composeSummary(row, summary, settings, wordsFor(language));
  const outcome = 'security team told of a bulk change';
  return {
    kind: 'mail',
    to: { address: first },
    copies: others.map((address) => ({ address })),
    mail: render(view, settings.mail.logo),
    language,
    outcome,
    outcomeAlone: `${outcome}; an address in copy was refused`,
  };
}

function composeSummary(
  row: Notification,
  { users, from, to }: BulkSummary,
  { mail, DEFAULT_TIME_ZONE }: { readonly mail: MailSettings; readonly DEFAULT_TIME_ZONE: string },
  words: Words,
): MailView {
  const { bulk, labels } = words;
  const given = row.changes[0]?.initiator;
  // Who changes many users is not one of them, even where the rows left that open.
  const kind = given?.kind === 'application' ? given.kind : 'administrator';
  const what = (by: string) => fill(bulk.what, { by });
  const headline = capitalise(what(words.by.security[kind]), words);
  const count = fillPlural(bulk.count, users, {}, words);
  const [start, end] = [parseAuditTime(from), parseAuditTime(to)];
  const time = start && end ? fill(bulk.time, span(start, end, DEFAULT_TIME_ZONE, words)) : from;
  const voice = { words, reader: 'security' } as const;
  const values = { contact: contactOf(mail, words), reference: reference(row) };
  const organization = mail.organizationName || words.defaults.organization;
  const { title, ...steps } = bulk.unexpected;
  const digits = numbers(words.locale);
  return {
    ...layoutOf(words),
    organization,
    brandColor: mail.brandColor,
    logo: mail.logo ? 'cid:logo' : '',
    subject: fill(words.subject, { what: what('') }),
    preheader: fill(words.preheader, { sentence: fill(words.sentence, { what: headline }), time }),
    headline,
    summary: bulk.why,
    notice: '',
    tables: [
      {
        heading: '',
        rows: [
          factRow(labels.initiator, [initiatorText({ ...given, kind }, voice)]),
          factRow(bulk.accounts, [count]),
          factRow(labels.time, [time]),
          factRow(labels.reference, [standalone(values.reference, words)]),
        ],
      },
    ],
    explanation: '',
    expected: bulk.expected,
    unexpected: {
      title,
      steps: [steps.ask, steps.block, steps.review, steps.contact].map((step, index) => ({
        number: digits.format(index + 1),
        text: fill(step, values),
      })),
    },
    report: { text: '', link: '', href: '' },
    note: { title: '', text: '' },
    genuine: words.genuine,
    footer: fill(words.footer, { organization }),
  };
}
