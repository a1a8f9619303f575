import { createHash } from 'node:crypto';
import MailComposer, { type MailComposerOptions } from 'nodemailer/lib/mail-composer';
import type { Logo } from '../config/logo.ts';
import { isMailAddress } from '../people/address.ts';
import type { RenderedMail } from './facts.ts';
import { headerText } from './sanitise.ts';

/** Someone in a header. The name is untrusted text. */
interface Mailbox {
  readonly name?: string;
  readonly address: string;
}

/** One message: who it is from and for, and what it says. */
export interface Message {
  readonly from: { readonly name: string; readonly address: string };
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  /** In a header that Exchange takes out before it delivers. */
  readonly bcc?: readonly Mailbox[];
  readonly replyTo?: string;
  /** With angle brackets, e.g. `<3f9a…@contoso.com>`. The same for every attempt at the same mail. */
  readonly messageId: string;
  /** A Message-ID that never was: mails that refer to the same one are one thread. */
  readonly thread?: string;
  readonly date: Date;
  readonly mail: RenderedMail;
  /** BCP 47 tag. */
  readonly language: string;
}

/**
 * The whole message as RFC 5322 text: multipart/alternative, plain text first, nothing attached; a
 * logo stands inside the HTML. The same input gives the same bytes. Rejects with a RangeError if an address could not stand in a
 * header, which no address of a real mailbox does.
 */
export async function buildMime(message: Message): Promise<Buffer> {
  const { mail, messageId } = message;
  const options: MailComposerOptions = {
    from: mailbox(message.from),
    to: message.to.map(mailbox),
    cc: message.cc.map(mailbox),
    bcc: (message.bcc ?? []).map(mailbox),
    ...(message.replyTo ? { replyTo: mailbox({ address: message.replyTo }) } : {}),
    subject: subjectText(mail.subject),
    messageId,
    ...(message.thread ? { references: [message.thread] } : {}),
    date: message.date,
    headers: {
      'Auto-Submitted': 'auto-generated',
      // Exchange's own word for the same: no out-of-office answer to a mail nobody wrote.
      'X-Auto-Response-Suppress': 'All',
      'Content-Language': headerText(message.language),
    },
    // RFC 2045, section 6.8: text that is written as base64 has CRLF before.
    text: withCrlf(flowed(mail.text)),
    html: withCrlf(mail.html),
    encoding: 'utf8',
    textEncoding: shorterEncoding(mail.text + mail.html),
    ...(mail.logo ? { attachments: [inline(mail.logo)] } : {}),
    baseBoundary: createHash('sha256').update(messageId).digest('hex').slice(0, 24),
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  const root = new MailComposer(options).compile();
  // Graph takes whom to deliver to from the headers.
  root.keepBcc = true;
  plainPart(root)?.setHeader('Content-Type', 'text/plain; charset=utf-8; format=flowed');
  return root.build();
}

/** The mail's own words: where they don't break, as before a French colon, nor does the header. */
function subjectText(subject: string): string {
  const parts = subject.split('\u00a0').map((part) => headerText(part, longestSubject));
  const text = parts.join('\u00a0');
  return [...text].length > longestSubject ? headerText(subject, longestSubject) : text;
}

/** In characters. */
const longestSubject = 200;

type Node = ReturnType<InstanceType<typeof MailComposer>['compile']>;

function plainPart(node: Node): Node | undefined {
  if (String(node.getHeader('Content-Type')).startsWith('text/plain')) return node;
  return node.childNodes.map(plainPart).find(Boolean);
}

const withCrlf = (text: string): string => text.replace(/\r?\n/g, '\r\n');

/** Columns of a line of plain text. Source: RFC 3676, section 4.2. */
const LONGEST_LINE = 72;

/**
 * Plain text as `format=flowed` (RFC 3676): lines are broken at their ordinary spaces after at most 72
 * characters, and a space at their end says that they go on. Where a language has no spaces, lines stay
 * as they are. Lines that begin as quotations or envelopes do get a space before.
 */
export function flowed(text: string): string {
  return text
    .split('\n')
    .map((line) => wrapped(line.trimEnd()).map(stuffed).join(' \n'))
    .join('\n');
}

const stuffed = (line: string) => (/^(?: |>|From )/.test(line) ? ` ${line}` : line);

function wrapped(line: string): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    // One column is the space that says so.
    if (current !== '' && current.length + word.length + 2 > LONGEST_LINE) {
      lines.push(current);
      current = word;
    } else {
      current = current === '' ? word : `${current} ${word}`;
    }
  }
  return [...lines, current];
}

function mailbox({ name, address }: Mailbox): { name: string; address: string } {
  if (!isMailAddress(address)) throw new RangeError('Not an address that fits into a mail header');
  return { name: headerText(name ?? ''), address };
}

/** Quoted-printable writes three characters for each byte beyond ASCII, base64 four for any three. */
function shorterEncoding(text: string): 'quoted-printable' | 'base64' {
  const bytes = Buffer.byteLength(text);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what it counts.
  const beyond = bytes - text.replace(/[^\x00-\x7f]/g, '').length;
  return bytes + 2 * beyond > (bytes * 4) / 3 ? 'base64' : 'quoted-printable';
}

const inline = ({ content, contentType }: Logo) => ({
  cid: 'logo',
  content,
  contentType,
  filename: `logo.${contentType.slice('image/'.length)}`,
  contentDisposition: 'inline' as const,
});
