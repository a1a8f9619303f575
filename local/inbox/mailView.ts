import PostalMime, { type Address } from 'postal-mime';
import type { ReceivedMail } from '../graph/mailboxes.ts';
import { Refusal } from './answer.ts';

/** A mail as a line of an inbox. */
interface MailSummary {
  readonly id: string;
  readonly at: string;
  readonly subject: string;
  readonly sender: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
}

/** A mail taken apart, for the viewer. */
interface MailParts extends MailSummary {
  readonly from: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly html: string;
  readonly text: string;
  readonly raw: string;
}

export function summarise({ id, at, subject, sender, recipients }: ReceivedMail): MailSummary {
  const { to, cc, bcc } = recipients;
  return { id, at, subject, sender, to, cc: [...cc, ...bcc] };
}

/** Takes a mail apart. All of it is untrusted text. */
export async function takeApart(mail: ReceivedMail): Promise<MailParts> {
  const parsed = await PostalMime.parse(mail.raw);
  return {
    ...summarise(mail),
    from: spell(parsed.from) || mail.sender,
    headers: parsed.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
    html: parsed.html ?? '',
    text: parsed.text ?? '',
    raw: mail.raw,
  };
}

const spell = (address: Address | undefined) =>
  address?.address
    ? `${address.name ? `${address.name} ` : ''}<${address.address}>`
    : address?.name;

type MailScheme = 'rendered' | 'dark';

/** The HTML part as a light or a dark device shows it. Throws a Refusal if there is none. */
export async function mailDocument(mail: ReceivedMail, scheme: MailScheme): Promise<string> {
  const { html = '' } = await PostalMime.parse(mail.raw);
  if (html === '') throw new Refusal(404, 'This mail has no HTML part.');
  return asShown(html, scheme);
}

/**
 * HTML in one scheme, whatever the device's own is. A sandboxed frame follows the system's scheme
 * and not that of the page around it, so the mail's own media queries are decided here. Its links
 * ask for a window of their own, which the sandbox refuses: they lead nowhere.
 */
export function asShown(html: string, scheme: MailScheme): string {
  const wanted = scheme === 'dark' ? 'dark' : 'light';
  return html
    .replaceAll(/\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)/gi, (_, asked: string) =>
      asked.toLowerCase() === wanted ? '(min-width: 0)' : '(max-width: 0)',
    )
    .replaceAll(/(color-schemes?\s*:\s*|content=")light dark\b/gi, `$1${wanted}`)
    .replace(/<head(\s[^>]*)?>/i, '$&<base target="_blank">');
}
