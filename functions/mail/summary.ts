import { numbers } from '../intl.ts';
import { reference } from '../ledger/keys.ts';
import type { BulkSummary, Notification } from '../ledger/notification.ts';
import { contactOf } from './advice.ts';
import type { MailSettings } from './facts.ts';
import { capitalise } from './phrases.ts';
import { row as factRow, initiatorText } from './rows.ts';
import { parseAuditTime, span } from './time.ts';
import { layoutOf, type MailView } from './view.ts';
import { fill, fillPlural, standalone, type Words } from './words.ts';

/** What the security team reads of a bulk change. Pure. */
export function composeSummary(
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
