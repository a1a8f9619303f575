import type { MailFacts, MailSettings } from './facts.ts';
import type { MailView } from './view.ts';
import { fill, type Words } from './words.ts';

/**
 * How a reader raises an alarm without a page or a login: a mail that is written already, or the
 * organisation's own page. Nothing in a mail can call an alarm off: whoever holds the mailbox could.
 */
export function reportLink(
  { reference }: Pick<MailFacts, 'reference'>,
  { report }: Pick<MailSettings, 'report'>,
  words: Words,
): MailView['report'] {
  if (!report) return { text: '', link: '', href: '' };
  if (report.kind === 'page') {
    const url = report.url.replaceAll('{reference}', encodeURIComponent(reference));
    return { text: words.report.page, link: url, href: url };
  }
  const [name = '', domain = ''] = report.address.split('@');
  const subject = encodeURIComponent(fill(words.report.subject, { reference }));
  const body = encodeURIComponent(fill(words.report.body, { reference }));
  const to = `${encodeURIComponent(name)}@${encodeURIComponent(domain)}`;
  const href = `mailto:${to}?subject=${subject}&body=${body}`;
  return { text: words.report.mail, link: report.address, href };
}
